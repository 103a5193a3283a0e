using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Requests;
using LeadGrains.Scoring;
using Trait = LeadGrains.Journal.V1.Trait;

namespace LeadGrains.Grains.Remote;

/// <summary>Contacts between nodes.</summary>
internal static class ContactWire
{
    public static ContactFound Of(ReadContact found)
    {
        var message = new ContactFound();
        if (found.Into is not null)
            message.Into = found.Into;
        if (found.Answer is { } answer)
            message.Contact = Of(answer);
        return message;
    }

    public static ReadContact From(ContactFound found) =>
        new(found.Contact is { } contact ? From(contact) : null, found.HasInto ? found.Into : null);

    /// <summary>Traits by their names.</summary>
    public static IReadOnlyDictionary<string, TraitValue> TraitsFrom(IEnumerable<Trait> traits) => traits.ToDictionary(
        trait => trait.Name,
        trait => TraitCodec.FromStored(trait.Value) ?? throw new InvalidDataException("Another node sent a trait without a value."),
        StringComparer.Ordinal);

    private static Contact Of(ContactAnswer answer)
    {
        var view = answer.View;
        var message = new Contact
        {
            Id = view.Id,
            Email = view.Email,
            AccountId = view.AccountId,
            AccountMatch = view.AccountMatch,
            Score = ScoreWire.Of(view.Score),
            SignalCount = view.SignalCount,
            Disqualified = view.Disqualified,
            DisqualifiedReason = view.DisqualifiedReason,
            Role = view.Role,
            Dormant = view.Dormant,
            AccountMatchConfidence = view.AccountMatchConfidence,
            AccountMatchReason = view.AccountMatchReason,
            IsEarly = answer.IsEarly,
            IsRestated = answer.IsRestated,
            Identified = view.IsIdentified,
        };
        if (view.LastSignalAt is { } last)
            message.LastSignalTicks = last.Ticks;
        if (view.WokeUpAt is { } woken)
            message.WokeUpTicks = woken.Ticks;
        message.Traits.AddRange(TraitCodec.ToStored(view.Traits));
        message.MergedContactIds.AddRange(view.MergedContactIds);
        message.Parts.AddRange(answer.Parts.Select(ScoreWire.Of));
        return message;
    }

    private static ContactAnswer From(Contact contact) => new(
        new ContactView(
            contact.Id, contact.Email, contact.AccountId, contact.AccountMatch, TraitsFrom(contact.Traits), ScoreWire.From(contact.Score),
            contact.HasLastSignalTicks ? new Instant(contact.LastSignalTicks) : null, contact.SignalCount, contact.Disqualified,
            contact.DisqualifiedReason)
        {
            Role = contact.Role,
            Dormant = contact.Dormant,
            WokeUpAt = contact.HasWokeUpTicks ? new Instant(contact.WokeUpTicks) : null,
            MergedContactIds = [.. contact.MergedContactIds],
            AccountMatchConfidence = contact.AccountMatchConfidence,
            AccountMatchReason = contact.AccountMatchReason,
            IsIdentified = contact.Identified,
        },
        [.. contact.Parts.Select(ScoreWire.From)], contact.IsEarly, contact.IsRestated);
}
