namespace LeadGrains.Grains;

/// <summary>How far a rescore is.</summary>
/// <param name="EntriesReplayed">Journal entries that have been applied under the other model.</param>
/// <param name="EntriesTotal">Entries in the journal now; grows while signals come in.</param>
public readonly record struct RescoreProgress(long EntriesReplayed, long EntriesTotal);
