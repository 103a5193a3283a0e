using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>What makes a contact or an account one that nobody wants to see ranked, however much it scores.</summary>
public sealed class Disqualifier
{
    internal Disqualifier(Condition condition) => Condition = condition;

    /// <summary>Unique among the model's disqualifiers.</summary>
    public required string Name { get; init; }

    /// <summary>Why, for people.</summary>
    public required string Reason { get; init; }

    /// <summary>The trait that it looks at.</summary>
    public string Trait => Condition.Name;

    internal Condition Condition { get; }

    /// <summary>The first one whose condition holds; null where none does.</summary>
    public static Disqualifier? FirstOf(ImmutableArray<Disqualifier> disqualifiers, IReadOnlyDictionary<string, TraitValue> traits)
    {
        foreach (var disqualifier in disqualifiers)
        {
            if (disqualifier.Condition.Holds(traits))
                return disqualifier;
        }

        return null;
    }
}
