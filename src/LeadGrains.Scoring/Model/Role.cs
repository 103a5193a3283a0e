namespace LeadGrains.Scoring;

/// <summary>How much the points of a contact in this role count for its account.</summary>
public sealed class Role
{
    internal Role(Condition condition) => Condition = condition;

    /// <summary>Unique among the model's roles.</summary>
    public required string Name { get; init; }

    /// <summary>What the contact's points are multiplied by; at least 0.</summary>
    public required double Weight { get; init; }

    /// <summary>The trait that it looks at.</summary>
    public string Trait => Condition.Name;

    internal Condition Condition { get; }
}
