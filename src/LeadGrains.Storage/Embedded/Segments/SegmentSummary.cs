namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>What one segment holds of one partition. All zero where it holds nothing.</summary>
internal readonly record struct PartitionSpan(long FirstSequence, long LastSequence, long EntryCount);

/// <summary>What a segment holds, without the places.</summary>
/// <param name="End">Where the last commit ends.</param>
/// <param name="FirstCommit">Number of the first commit; 0 where there is none.</param>
/// <param name="LastCommit">Number of the last commit; 0 where there is none.</param>
/// <param name="Spans">By partition.</param>
internal sealed record SegmentSummary(long End, long FirstCommit, long LastCommit, PartitionSpan[] Spans);
