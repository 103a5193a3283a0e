using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LeadGrains.Scoring;

/// <summary>
/// A short ordered list whose items lie in a <see cref="ListArena"/>. A default value is empty. Copies share their items,
/// so only one of them may be changed or released. Every call gets the same arena, or every one none.
/// </summary>
/// <typeparam name="T">What it holds, at most 64 bytes large.</typeparam>
public struct ArenaList<T>
    where T : unmanaged
{
    private const int FirstItems = 2;

    private byte[]? _bytes;
    private int _at;
    private ushort _length;
    private ushort _capacity;

    /// <summary>A list of copies.</summary>
    public ArenaList(ListArena? arena, ReadOnlySpan<T> items)
    {
        if (items.IsEmpty)
            return;
        Move(arena, items.Length);
        _length = (ushort)items.Length;
        items.CopyTo(Items);
    }

    /// <summary>A list of so many default items.</summary>
    /// <param name="arena">Where they lie.</param>
    /// <param name="length">0 to 65,535.</param>
    public ArenaList(ListArena? arena, int length)
    {
        Move(arena, length);
        _length = (ushort)length;
        Items.Clear();
    }

    /// <summary>How many items there are.</summary>
    public readonly int Length => _length;

    /// <summary>Room that the items take, in bytes.</summary>
    public readonly int MemoryBytes => _capacity * Unsafe.SizeOf<T>();

    /// <summary>The items, to be read or changed; good until the next one comes or the list is released.</summary>
    public readonly Span<T> Items => _bytes is null ? [] : MemoryMarshal.CreateSpan(ref First, _length);

    private readonly ref T First => ref Unsafe.As<byte, T>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bytes!), _at));

    /// <summary>Puts an item before the one at that place, or at the end.</summary>
    public void Insert(ListArena? arena, int at, T item)
    {
        if (_length == _capacity)
            Move(arena, _capacity == 0 ? FirstItems : Larger());
        var items = MemoryMarshal.CreateSpan(ref First, ++_length);
        items[at..^1].CopyTo(items[(at + 1)..]);
        items[at] = item;
    }

    /// <summary>Adds an item at the end.</summary>
    public void Add(ListArena? arena, T item) => Insert(arena, _length, item);

    /// <summary>Takes items out.</summary>
    /// <param name="at">The first of them.</param>
    /// <param name="count">How many.</param>
    public void Remove(int at, int count = 1)
    {
        var items = Items;
        items[(at + count)..].CopyTo(items[at..]);
        _length -= (ushort)count;
    }

    /// <summary>Gives back room that is not needed.</summary>
    public void Trim(ListArena? arena)
    {
        if (_length == 0)
            Release(arena);
        else
            Move(arena, _length);
    }

    /// <summary>Gives all room back. The list is empty then.</summary>
    public void Release(ListArena? arena)
    {
        GiveBack(arena);
        this = default;
    }

    // The next larger piece, or a quarter more of an array of its own.
    private readonly int Larger() =>
        MemoryBytes + Unsafe.SizeOf<T>() <= ListArena.Largest ? _capacity + 1 : Math.Min(_capacity + (_capacity / 4), ushort.MaxValue);

    private void Move(ListArena? arena, int capacity)
    {
        Debug.Assert(Unsafe.SizeOf<T>() <= 64, "Else a piece's size could not be told from what it has room for.");
        var piece = ListArena.Take(arena, capacity * Unsafe.SizeOf<T>(), out var taken);
        Items.CopyTo(MemoryMarshal.Cast<byte, T>(piece.Bytes.AsSpan(piece.At, taken)));
        GiveBack(arena);
        (_bytes, _at) = (piece.Bytes, piece.At);
        _capacity = (ushort)(taken / Unsafe.SizeOf<T>());
    }

    private readonly void GiveBack(ListArena? arena)
    {
        if (_bytes is not null)
            ListArena.GiveBack(arena, new ListArena.Piece(_bytes, _at), MemoryBytes);
    }
}
