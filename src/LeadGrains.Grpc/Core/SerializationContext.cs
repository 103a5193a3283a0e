using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// Takes one message from a serializer: either whole with <see cref="Complete(byte[])"/>, or written to
/// <see cref="GetBufferWriter"/> and ended with <see cref="Complete()"/>.
/// </summary>
public abstract class SerializationContext
{
    /// <summary>Takes the whole message.</summary>
    public abstract void Complete(byte[] payload);

    /// <summary>Where to write the message.</summary>
    public abstract IBufferWriter<byte> GetBufferWriter();

    /// <summary>
    /// Says the message's exact length in bytes. Called before <see cref="GetBufferWriter"/> it saves a copy.
    /// </summary>
    public abstract void SetPayloadLength(int payloadLength);

    /// <summary>Ends the message written to <see cref="GetBufferWriter"/>.</summary>
    public abstract void Complete();
}
