namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>
/// The integer key of a grain's row: its partition, and the place in the order in which the partition's rows were first
/// written, from 1. So the rows of a partition lie together, and those written together once are neighbours for good.
/// </summary>
internal static class GrainNumber
{
    // With the bits of a partition's number and those of a chunk's it makes 63.
    private const int OrderBits = 31;

    /// <summary>Lower than any of the partition's.</summary>
    public static long Before(int partition) => (long)partition << OrderBits;

    /// <summary>The greatest that the partition can have.</summary>
    public static long Last(int partition) => Before(partition + 1) - 1;
}
