using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>When upserts told what is known of a grain, as rows and the journal keep it: one instant, and how much older the others are.</summary>
internal static class ToldCodec
{
    /// <param name="to">Gets a ToldDates, where there is something to be said.</param>
    /// <param name="field">Its number.</param>
    /// <param name="dates">Of the traits; null where nothing is known of any.</param>
    /// <param name="traits">The grain's traits, sorted.</param>
    /// <param name="first">Of the e-mail address or the name; <see cref="Instant.Epoch"/> where none was told.</param>
    /// <param name="second">Of the account or the parent; the same.</param>
    public static void Write(
        MessageWriter to, int field, TraitDates? dates, ReadOnlySpan<KeyValuePair<string, TraitValue>> traits, Instant first, Instant second)
    {
        var (newest, oldest) = Span(dates, traits);
        newest = Instant.Later(newest, Instant.Later(first, second));
        if (newest == Instant.Epoch)
            return;
        var begun = to.Begin(field);
        to.Number(Stored.ToldDates.NewestTicksFieldNumber, newest.Ticks);
        if (traits.Length > 0 && oldest < newest)
            WriteAges(to, dates, traits, newest);
        WriteAge(to, Stored.ToldDates.EmailOrNameAgeFieldNumber, newest, first);
        WriteAge(to, Stored.ToldDates.AccountOrParentAgeFieldNumber, newest, second);
        if (dates is not null)
            WriteGaps(to, dates, newest);
        to.End(begun);
    }

    /// <summary>Those of the traits; null where nothing is known of any.</summary>
    /// <param name="told">What was written; null where nothing was.</param>
    /// <param name="names">The traits' names, in the order in which they were written.</param>
    public static TraitDates? DatesOf(Stored.ToldDates? told, IReadOnlyList<string> names)
    {
        if (told is null || (names.Count == 0 && told.Removed.Count == 0))
            return null;
        var dates = new TraitDates();
        for (var i = 0; i < names.Count; i++)
            dates.Set(names[i], TraitOf(told, i), held: i);
        foreach (var gap in told.Removed)
            dates.Remove(gap.Name, Aged(told, gap.Age));
        dates.Settle(names.Count);
        return dates;
    }

    /// <summary>When a trait was told, by its place.</summary>
    public static Instant TraitOf(Stored.ToldDates? told, int place) =>
        told is null ? Instant.Epoch : Aged(told, place < told.TraitAges.Count ? told.TraitAges[place] : 0);

    /// <summary>When the e-mail address or the name was told.</summary>
    public static Instant FirstOf(Stored.ToldDates? told) => told is { HasEmailOrNameAge: true } ? Aged(told, told.EmailOrNameAge) : Instant.Epoch;

    /// <summary>When the account or the parent was told.</summary>
    public static Instant SecondOf(Stored.ToldDates? told) => told is { HasAccountOrParentAge: true } ? Aged(told, told.AccountOrParentAge) : Instant.Epoch;

    /// <summary>The instant that lies so long before the newest.</summary>
    public static Instant Aged(Stored.ToldDates told, ulong age) => new(told.NewestTicks - (long)age);

    private static (Instant Newest, Instant Oldest) Span(TraitDates? dates, ReadOnlySpan<KeyValuePair<string, TraitValue>> traits)
    {
        if (dates is null)
            return (Instant.Epoch, Instant.Epoch);
        var (newest, oldest) = (Instant.Epoch, Instant.Max);
        foreach (var (name, _) in traits)
        {
            var at = dates.Of(name, isHeld: true);
            (newest, oldest) = (Instant.Later(newest, at), Instant.Earlier(oldest, at));
        }

        foreach (var (_, at) in dates.Gaps)
            newest = Instant.Later(newest, at);
        return (newest, oldest);
    }

    private static void WriteAges(MessageWriter to, TraitDates? dates, ReadOnlySpan<KeyValuePair<string, TraitValue>> traits, Instant newest)
    {
        var begun = to.Begin(Stored.ToldDates.TraitAgesFieldNumber);
        foreach (var (name, _) in traits)
            to.Item((ulong)(newest - (dates?.Of(name, isHeld: true) ?? Instant.Epoch)).Ticks);
        to.End(begun);
    }

    private static void WriteAge(MessageWriter to, int field, Instant newest, Instant told)
    {
        if (told != Instant.Epoch)
            to.NumberAlways(field, (newest - told).Ticks);
    }

    private static void WriteGaps(MessageWriter to, TraitDates dates, Instant newest)
    {
        foreach (var (name, at) in dates.Gaps)
        {
            var begun = to.Begin(Stored.ToldDates.RemovedFieldNumber);
            to.Text(Stored.RemovedTrait.NameFieldNumber, name);
            to.Number(Stored.RemovedTrait.AgeFieldNumber, (newest - at).Ticks);
            to.End(begun);
        }
    }
}
