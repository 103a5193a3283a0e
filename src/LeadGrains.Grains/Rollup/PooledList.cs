using System.Buffers;

namespace LeadGrains.Grains.Rollup;

/// <summary>A list over an array of the shared pool. Cleared and filled again it allocates nothing.</summary>
internal sealed class PooledList<T> : IDisposable
    where T : unmanaged
{
    private const int FirstLength = 64;

    private T[] _items = [];

    /// <summary>How many items there are.</summary>
    public int Count { get; private set; }

    /// <summary>The items; good until one is added.</summary>
    public ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

    /// <summary>An item, to be changed; good until one is added.</summary>
    public ref T At(int index) => ref _items.AsSpan(0, Count)[index];

    /// <summary>Adds one item.</summary>
    public void Add(in T item) => Extend(1)[0] = item;

    /// <summary>Adds items.</summary>
    public void Add(ReadOnlySpan<T> items) => items.CopyTo(Extend(items.Length));

    /// <summary>Adds room for items, which hold anything until they are written.</summary>
    public Span<T> Extend(int count)
    {
        if (_items.Length - Count < count)
            Grow(count);
        Count += count;
        return _items.AsSpan(Count - count, count);
    }

    /// <summary>Forgets the items and keeps the room.</summary>
    public void Clear() => Count = 0;

    /// <summary>Gives the room back to the pool.</summary>
    public void Dispose()
    {
        if (_items.Length > 0)
            ArrayPool<T>.Shared.Return(_items);
        _items = [];
        Count = 0;
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(FirstLength, Math.Max(_items.Length * 2, Count + count)));
        Items.CopyTo(larger);
        if (_items.Length > 0)
            ArrayPool<T>.Shared.Return(_items);
        _items = larger;
    }
}
