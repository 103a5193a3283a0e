using System.Buffers.Binary;
using LeadGrains.Grains.Entries;

namespace LeadGrains.Cluster.Peers;

/// <summary>
/// Requests, or answers, that go to another node as one message. Each one: its number (8 bytes) and its length (4 bytes), both
/// little-endian, and its bytes. Not safe for many threads; disposed, its buffer goes back to the pool.
/// </summary>
internal sealed class Pack : IDisposable
{
    /// <summary>What stands before each one's bytes.</summary>
    public const int HeadBytes = 12;

    private const int IdBytes = 8;
    private const int UsualBytes = 4 * 1024;

    private readonly PooledBuffer _bytes = new(UsualBytes);

    /// <summary>How long the message is.</summary>
    public int Length => _bytes.WrittenCount;

    /// <summary>The number of the one that was added last.</summary>
    public ulong LastId { get; private set; }

    /// <summary>The message. Good until it is disposed.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    /// <summary>Puts one behind those that are there.</summary>
    public void Add(ulong id, ReadOnlySpan<byte> bytes)
    {
        var span = _bytes.GetSpan(HeadBytes + bytes.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(span, id);
        BinaryPrimitives.WriteInt32LittleEndian(span[IdBytes..], bytes.Length);
        bytes.CopyTo(span[HeadBytes..]);
        _bytes.Advance(HeadBytes + bytes.Length);
        LastId = id;
    }

    /// <summary>Takes the first one off a message that has any.</summary>
    /// <param name="message">What is left of it afterwards.</param>
    /// <param name="id">Its number.</param>
    /// <returns>Its bytes, which are part of the message's.</returns>
    /// <exception cref="InvalidDataException">They are not all there.</exception>
    public static ReadOnlyMemory<byte> TakeFirst(ref ReadOnlyMemory<byte> message, out ulong id)
    {
        if (message.Length < HeadBytes)
            throw Damaged();
        id = BinaryPrimitives.ReadUInt64LittleEndian(message.Span);
        var length = BinaryPrimitives.ReadInt32LittleEndian(message.Span[IdBytes..]);
        if (length < 0 || length > message.Length - HeadBytes)
            throw Damaged();
        var bytes = message.Slice(HeadBytes, length);
        message = message[(HeadBytes + length)..];
        return bytes;
    }

    public void Dispose() => _bytes.Dispose();

    private static InvalidDataException Damaged() => new("What another node sent is not whole.");
}
