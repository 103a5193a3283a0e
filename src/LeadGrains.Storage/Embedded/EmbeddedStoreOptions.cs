namespace LeadGrains.Storage.Embedded;

/// <summary>What an embedded store is opened with.</summary>
public sealed record EmbeddedStoreOptions
{
    /// <summary>The data folder; made where missing.</summary>
    public required string Folder { get; init; }

    /// <summary>The identity that a new store is given, drawn at random. A store that is there keeps its own.</summary>
    public required Guid NewStoreId { get; init; }

    /// <summary>
    /// Partitions of a new store, 1 to 4,096. Null takes the usual 16. A store that is there keeps its own, and another
    /// number given here is refused.
    /// </summary>
    public int? PartitionCount { get; init; }

    /// <summary>
    /// Bytes of a journal segment, 4 KiB to 1 GiB. Each new one is filled with zeros beforehand, and the first ones are
    /// smaller, so that a small store stays small.
    /// </summary>
    public long SegmentBytes { get; init; } = 64 * 1_024 * 1_024;

    /// <summary>Refuses a folder that has no store in place of creating one.</summary>
    public bool MustExist { get; init; }

    /// <summary>
    /// Opens it to be filled with a copy of the store of this identity: a new store, or an unfinished copy of that one. Until
    /// <see cref="EmbeddedStore.FinishCopyAsync"/> it is opened in no other way. Null opens it to be used.
    /// </summary>
    public Guid? CopyOf { get; init; }

    /// <summary>Measures how long commits take; null leaves that out of the metrics.</summary>
    public TimeProvider? Clock { get; init; }
}
