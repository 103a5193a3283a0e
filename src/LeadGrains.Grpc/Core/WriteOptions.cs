namespace Grpc.Core;

#pragma warning disable CA1711 // The name is the official package's.
#pragma warning disable CA1008 // As there, no wish has no name.
/// <summary>Wishes about the next message that is written.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>It may wait in the buffer for the next message or the end.</summary>
    BufferHint = 1,

    /// <summary>Do not compress it.</summary>
    NoCompress = 2,
}
#pragma warning restore CA1008, CA1711

/// <summary>Wishes about the messages that are written.</summary>
/// <param name="flags">The wishes.</param>
public class WriteOptions(WriteFlags flags = default)
{
    /// <summary>No wish.</summary>
    public static readonly WriteOptions Default = new();

    /// <summary>The wishes.</summary>
    public WriteFlags Flags { get; } = flags;
}
