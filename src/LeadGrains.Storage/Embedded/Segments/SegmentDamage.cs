using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>Says where a journal is damaged, in the same words everywhere.</summary>
internal static class SegmentDamage
{
    private const string WhatToDo = "Restore the journal from a backup; nothing was changed.";

    public static JournalDamagedException At(long segmentId, long commitNumber, long offset) => new(
        $"The journal is damaged in segment {segmentId}, commit {commitNumber}, offset {offset}: what stands there is not what was written. {WhatToDo}");

    /// <param name="finding">A sentence that names the segment.</param>
    public static JournalDamagedException InHeader(string finding) => new($"The journal is damaged: {finding} {WhatToDo}");

    public static JournalDamagedException Missing(long segmentId, string folder) => new(
        $"The journal is damaged: segment {segmentId} is missing in {folder}. {WhatToDo}");

    public static JournalDamagedException Gap(long segmentId, long expectedCommit, long foundCommit) => new(
        $"The journal is damaged before segment {segmentId}: it goes on with commit {foundCommit} where commit {expectedCommit}, offset {SegmentHeader.Size}, was expected. {WhatToDo}");
}
