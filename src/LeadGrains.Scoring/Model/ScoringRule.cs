using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>What a signal is worth: every rule on its type whose conditions hold gives its points to the rule's group.</summary>
public sealed class ScoringRule
{
    internal ScoringRule()
    {
    }

    /// <summary>Its place in the model's <see cref="ScoringModel.Rules"/>.</summary>
    public required int Index { get; init; }

    /// <summary>Unique among the model's rules.</summary>
    public required string Name { get; init; }

    /// <summary>What it means, for people.</summary>
    public required string Label { get; init; }

    /// <summary>The place of its group in the model's <see cref="ScoringModel.Groups"/>.</summary>
    public required int Group { get; init; }

    /// <summary>The type of the signals that it looks at, compared exactly; of a sequence, its last step.</summary>
    public required string SignalType { get; init; }

    /// <summary>All types of the signals that it looks at, each once.</summary>
    public required ImmutableArray<string> SignalTypes { get; init; }

    /// <summary>What one signal, or one award of a windowed rule, is worth at its scoring instant; may be 0 or negative.</summary>
    public required double Points { get; init; }

    /// <summary>How many signals of one UTC day count, the first to arrive; unset: all.</summary>
    public uint? PerDay { get; init; }

    /// <summary>What it asks of the attributes; all must hold.</summary>
    internal ImmutableArray<Condition> Conditions { get; init; } = [];

    /// <summary>What it makes of several signals together; null where each counts by itself.</summary>
    internal RuleWindow? Window { get; init; }

    /// <summary>What makes its points depend on a number; null where all signals are worth the same.</summary>
    internal PointScale? Scale { get; init; }

    /// <summary>What counts once only; null where all signals count.</summary>
    internal OncePer? OncePer { get; init; }

    /// <summary>Whether only the newest signal counts.</summary>
    public bool IsLatest { get; init; }

    /// <summary>Whether the model's channel factors multiply its points.</summary>
    internal bool HasChannel { get; init; }

    /// <summary>Each signal counts by itself, and for the same points: nearly all rules, so that the others cost them nothing.</summary>
    internal bool IsPlain => Window is null && Scale is null && OncePer is null && !IsLatest;

    /// <summary>Whether all conditions hold for a signal of this type.</summary>
    internal bool Matches<TAttributes>(in TAttributes attributes, ref FoundAttribute found)
        where TAttributes : IAttributes, allows ref struct
    {
        foreach (var condition in Conditions)
        {
            if (!condition.Holds(in attributes, ref found))
                return false;
        }

        return true;
    }
}
