namespace LeadGrains.Grains;

internal static class UpsertOutcomes
{
    /// <summary>Puts together what was refused before the journal and what was refused when applied.</summary>
    public static UpsertOutcome Of(IEnumerable<int> indices, IReadOnlyList<bool> applied, List<Rejection> rejections)
    {
        uint recorded = 0;
        foreach (var (index, wasApplied) in indices.Zip(applied))
        {
            if (wasApplied)
                recorded++;
            else
                rejections.Add(TooMuch(index));
        }

        return new UpsertOutcome(recorded, [.. rejections.OrderBy(rejection => rejection.Index)]);
    }

    private static Rejection TooMuch(int index) => new(
        index, RejectionReason.TooLong, "traits",
        $"It would hold more than {Limits.TraitsPerGrain} traits or {Limits.DomainsPerAccount} domains. Remove some first.");
}
