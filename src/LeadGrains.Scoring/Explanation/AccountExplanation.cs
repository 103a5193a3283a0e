namespace LeadGrains.Scoring;

/// <summary>Why an account has its score.</summary>
public static class AccountExplanation
{
    /// <summary>The most parts that an explanation has.</summary>
    public const int MaxParts = 1000;

    /// <summary>
    /// The account's fit, its own signals, its contacts' parts times their weight, and a part "breadth" for what the
    /// factor adds. Those of each dimension add up to it. Above <see cref="MaxParts"/>, the smallest parts of intent
    /// become one part "others".
    /// </summary>
    /// <param name="model">The model that all was scored under.</param>
    /// <param name="traits">The account's own traits.</param>
    /// <param name="own">The points of signals about the account itself.</param>
    /// <param name="contacts">Its contacts, none twice.</param>
    /// <param name="factor">By <see cref="Breadth.Factor"/>.</param>
    /// <param name="at">The explained instant.</param>
    /// <param name="duplicates">How many signals about the account itself had been recorded before.</param>
    public static IReadOnlyList<ScorePart> Of(
        ScoringModel model,
        IReadOnlyDictionary<string, TraitValue> traits,
        IntentState own,
        IReadOnlyList<ContactParts> contacts,
        double factor,
        Instant at,
        ulong duplicates = 0) => Together(OfOwn(model, traits, own, at, duplicates), contacts, factor);

    /// <summary>What the account is and did of its own: its fit and the signals about the account itself.</summary>
    public static IReadOnlyList<ScorePart> OfOwn(
        ScoringModel model, IReadOnlyDictionary<string, TraitValue> traits, IntentState own, Instant at, ulong duplicates = 0)
    {
        List<ScorePart> parts = [.. Fit.Explain(model.AccountFit, traits)];
        IntentExplanation.AddTo(parts, model, own, duplicates, at);
        return parts;
    }

    /// <summary>Puts the account's own parts and those of its contacts together, all explained at one instant.</summary>
    /// <param name="own">By <see cref="OfOwn"/>.</param>
    /// <param name="contacts">Its contacts, none twice.</param>
    /// <param name="factor">By <see cref="Breadth.Factor"/>.</param>
    public static IReadOnlyList<ScorePart> Together(IReadOnlyList<ScorePart> own, IReadOnlyList<ContactParts> contacts, double factor)
    {
        var parts = own.Where(part => part.Dimension == Dimension.Fit).ToList();
        var ofContacts = contacts.SelectMany(Weighted).ToList();
        List<ScorePart> intent = [.. own.Where(part => part.Dimension == Dimension.Intent), .. ofContacts];

        var breadth = (factor - 1) * ofContacts.Sum(part => part.Points);
        var room = MaxParts - parts.Count - (breadth == 0 ? 0 : 1);
        parts.AddRange(intent.Count <= room ? intent : Shortened(intent, room));
        if (breadth != 0)
            parts.Add(new ScorePart(ScorePart.Breadth, "Several engaged people", Dimension.Intent, "", breadth, 0, null, ""));
        return parts;
    }

    private static IEnumerable<ScorePart> Weighted(ContactParts contact) =>
        from part in contact.Parts
        where part.Dimension == Dimension.Intent
        select part with { Points = contact.Weight * part.Points, ContactId = contact.ContactId };

    private static IEnumerable<ScorePart> Shortened(List<ScorePart> parts, int room)
    {
        // What came summed already stays among the others, so that there is one such part.
        var largestFirst = parts.OrderBy(part => part.Rule == ScorePart.Others).ThenByDescending(part => Math.Abs(part.Points)).ToList();
        var others = largestFirst[(room - 1)..];
        // Signals that gave nothing are not among those that the sum stands for.
        var count = others.Where(part => part.Points != 0 || part.Reason.Length == 0).Aggregate(0UL, (sum, part) => sum + part.Count);
        var sum = new ScorePart(
            ScorePart.Others,
            $"{others.Count} smaller parts",
            Dimension.Intent,
            "",
            others.Sum(part => part.Points),
            (uint)Math.Min(count, uint.MaxValue),
            others.Max(part => part.LastOccurredAt),
            "");
        return largestFirst[..(room - 1)].Append(sum);
    }
}
