using LeadGrains.Grains;

namespace LeadGrains.Gateway.Admission;

/// <summary>Bounds the bytes of batches that were read and are not answered, over all calls and streams. Thread-safe.</summary>
/// <param name="most">How many, in bytes.</param>
internal sealed class BytesUnderWay(long most)
{
    // As much as messages that have not arrived whole may take.
    private const int ShareOfMemory = 8;

    private long _held;

    /// <summary>How many there are.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Nothing more may come.</summary>
    public bool IsFull => Held >= most;

    /// <summary>For a share of the memory that the process may use.</summary>
    public static BytesUnderWay OfMachine() => new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ShareOfMemory);

    /// <summary>Counts a batch, which <see cref="Return"/> ends.</summary>
    /// <param name="bytes">How many come.</param>
    /// <param name="own">How many of those under way are of the same.</param>
    /// <exception cref="OverloadedException">It would be too much; a batch that comes alone may be of any size.</exception>
    public void Take(int bytes, int own = 0)
    {
        var held = Interlocked.Add(ref _held, bytes);
        if (held <= most || held == bytes + own)
            return;
        Return(bytes);
        throw new OverloadedException();
    }

    public void Return(int bytes) => Interlocked.Add(ref _held, -bytes);
}
