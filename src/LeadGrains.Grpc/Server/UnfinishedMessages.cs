namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Bounds the memory of messages that have begun to arrive and are not whole, over all calls of a server. HTTP/2 does
/// not: its windows open again for bytes that were looked at, and each of many streams may stop within a long message.
/// </summary>
/// <param name="most">How much all calls together may hold beyond what each holds free, in bytes.</param>
internal sealed class UnfinishedMessages(long most)
{
    /// <summary>What each call may hold uncounted, in bytes: so short messages pass even where long ones have taken all.</summary>
    public const int Free = 64 * 1024;

    // What is left is for the messages that are whole, and for everything else.
    private const int ShareOfMemory = 8;

    private long _held;

    /// <summary>How much is counted now, in bytes.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>For a share of the memory that the process may use.</summary>
    public static UnfinishedMessages OfMachine() => new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ShareOfMemory);

    /// <summary>Counts so many bytes more, or fewer; false, and nothing is counted, if they are more than may be.</summary>
    public bool TryAdd(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= most || bytes <= 0)
            return true;
        Return(bytes);
        return false;
    }

    public void Return(long bytes) => Interlocked.Add(ref _held, -bytes);
}
