namespace LeadGrains.Grains;

/// <summary>What a merge did.</summary>
public enum MergeOutcome
{
    /// <summary>Both ids led to one contact already.</summary>
    Nothing = 1,

    /// <summary>A known contact went, with its signals.</summary>
    Merged = 2,

    /// <summary>Nobody knew the id that goes; it leads to the contact from here on.</summary>
    IdLeads = 3,
}

/// <summary>What a merge did.</summary>
/// <param name="Outcome">In one word.</param>
/// <param name="MovedSignals">How many signals the contact that went had; those that the other one had as well count once.</param>
public readonly record struct MergeResult(MergeOutcome Outcome, ulong MovedSignals)
{
    /// <summary>They were one already.</summary>
    public static MergeResult Nothing { get; } = new(MergeOutcome.Nothing, 0);
}
