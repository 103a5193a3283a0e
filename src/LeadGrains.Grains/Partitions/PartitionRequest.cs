namespace LeadGrains.Grains.Partitions;

/// <summary>Something that the partitions of one lane are asked to do.</summary>
public abstract class PartitionRequest
{
    /// <summary>How much of a lane's bounded queue it takes: its signals or items, at least 1.</summary>
    internal abstract int Weight { get; }

    /// <summary>Ends it without having been done. The caller sees the exception.</summary>
    internal abstract void Fail(Exception failure);
}
