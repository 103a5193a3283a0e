using LeadGrains.Grains.Merges;

namespace LeadGrains.Grains.Recovery;

/// <summary>What came back from the rows and the journal's tail.</summary>
/// <param name="Entries">How many were replayed.</param>
/// <param name="Contacts">Known contacts.</param>
/// <param name="StartedMerges">Merges that are not finished.</param>
internal sealed record RecoveredGrains(long Entries, long Contacts, IReadOnlyList<StartedMerge> StartedMerges);
