namespace LeadGrains.Storage.Embedded;

/// <summary>The unfinished commit that a crash left at the journal's end. It was cut: nobody had been told that it was durable.</summary>
/// <param name="SegmentId">The segment that it was cut from.</param>
/// <param name="CommitNumber">The number it would have had.</param>
/// <param name="Offset">Where it began.</param>
public sealed record TornTail(long SegmentId, long CommitNumber, long Offset);
