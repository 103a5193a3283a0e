using System.Buffers;

namespace Grpc.Wire;

/// <summary>One contiguous buffer from the shared pool that grows as it is written.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>
{
    private const int SmallestRent = 256;

    private byte[] _array = [];
    private int _length;

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, _length);

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsSpan(_length);
    }

    /// <summary>Makes room for that many more bytes.</summary>
    public void Reserve(int count)
    {
        if (count <= _array.Length - _length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + count), Math.Max(SmallestRent, _array.Length * 2)));
        _array.AsSpan(0, _length).CopyTo(larger);
        ReturnArray();
        _array = larger;
    }

    /// <summary>Forgets what was written and keeps the room.</summary>
    public void Clear() => _length = 0;

    /// <summary>Gives the room back to the pool. The buffer is empty then and may be used again.</summary>
    public void Return()
    {
        ReturnArray();
        _array = [];
        _length = 0;
    }

    private void ReturnArray()
    {
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
    }
}
