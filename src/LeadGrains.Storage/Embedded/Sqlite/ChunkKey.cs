namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>
/// The integer key of a chunk of remembered signals. A grain keeps some tens of chunks at a time, so the lowest 20 bits
/// of the number tell them apart however far it has risen.
/// </summary>
internal static class ChunkKey
{
    private const int NumberBits = 20;
    private const long NumberMask = (1L << NumberBits) - 1;

    public static long Of(long grain, int number) => (grain << NumberBits) | (number & NumberMask);

    public static long First(long grain) => grain << NumberBits;

    public static long Last(long grain) => First(grain) | NumberMask;
}
