namespace LeadGrains.Host.Loading.Traffic;

/// <summary>A disqualifier of the model, read and judged for the load test alone.</summary>
/// <param name="Reason">What people are told: its `reason`, else its name.</param>
/// <param name="Condition">What it asks of the traits.</param>
internal sealed record PlainDisqualifier(string Reason, PlainCondition Condition)
{
    /// <summary>The reason of the first one that holds; null where none does.</summary>
    public static string? ReasonOf(IReadOnlyList<PlainDisqualifier> disqualifiers, IReadOnlyDictionary<string, string> traits) =>
        disqualifiers.FirstOrDefault(one => one.Condition.Holds(traits.GetValueOrDefault(one.Condition.Name)))?.Reason;
}
