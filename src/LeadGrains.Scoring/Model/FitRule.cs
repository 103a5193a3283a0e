namespace LeadGrains.Scoring;

/// <summary>What a trait is worth for fit.</summary>
public sealed class FitRule
{
    internal FitRule(Condition condition) => Condition = condition;

    /// <summary>Unique among the fit rules of its kind.</summary>
    public required string Name { get; init; }

    /// <summary>What it means, for people.</summary>
    public required string Label { get; init; }

    /// <summary>What it adds to fit while its condition holds; may be negative.</summary>
    public required double Points { get; init; }

    /// <summary>The trait that it looks at.</summary>
    public string Trait => Condition.Name;

    internal Condition Condition { get; }
}
