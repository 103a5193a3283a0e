using System.Buffers;

namespace Grpc.Core;

/// <summary>Gives one received message to a deserializer. Its bytes are valid only until the deserializer returns.</summary>
public abstract class DeserializationContext
{
    /// <summary>The message's length in bytes.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>A copy of the message.</summary>
    public abstract byte[] PayloadAsNewBuffer();

    /// <summary>The message in place, valid only until the deserializer returns.</summary>
    public abstract ReadOnlySequence<byte> PayloadAsReadOnlySequence();
}
