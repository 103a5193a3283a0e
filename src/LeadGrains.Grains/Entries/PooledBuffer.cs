using System.Buffers;

namespace LeadGrains.Grains.Entries;

/// <summary>Bytes that grow by doubling in arrays from the shared pool. One user at a time.</summary>
public sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[]? _array;
    private int _written;

    /// <param name="capacity">Bytes to make room for at first.</param>
    public PooledBuffer(int capacity = 256)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _array = ArrayPool<byte>.Shared.Rent(capacity);
    }

    /// <summary>Bytes written since the last <see cref="Clear"/>.</summary>
    public int WrittenCount => _written;

    /// <summary>What has been written; good until the next write, clear or dispose.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => Array.AsMemory(0, _written);

    /// <inheritdoc cref="WrittenMemory"/>
    public ReadOnlySpan<byte> WrittenSpan => Array.AsSpan(0, _written);

    private byte[] Array
    {
        get
        {
            ObjectDisposedException.ThrowIf(_array is null, this);
            return _array;
        }
    }

    /// <inheritdoc />
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Array.Length - _written);
        _written += count;
    }

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0) => WithRoomFor(sizeHint).AsMemory(_written);

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0) => WithRoomFor(sizeHint).AsSpan(_written);

    /// <summary>Forgets what has been written and keeps the room.</summary>
    public void Clear() => _written = 0;

    /// <summary>Gives the array back. Again does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _array, null) is not { } array)
            return;
        _written = 0;
        ArrayPool<byte>.Shared.Return(array);
    }

    private byte[] WithRoomFor(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        var array = Array;
        var needed = (long)_written + Math.Max(1, sizeHint);
        if (needed <= array.Length)
            return array;
        if (needed > System.Array.MaxLength)
            throw new InvalidOperationException("One buffer cannot hold that much.");
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(System.Array.MaxLength, Math.Max(needed, 2L * array.Length)));
        array.AsSpan(0, _written).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(array);
        _array = larger;
        return larger;
    }
}
