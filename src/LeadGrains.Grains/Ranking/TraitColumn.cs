using System.Numerics;
using System.Runtime.Intrinsics;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// One trait of all slots, as codes of one byte each; of two from 256 values on, of four from 65,536 on. One thread at
/// a time.
/// </summary>
internal sealed class TraitColumn(string name)
{
    // Up to so many accepted codes are compared with 32 slots at a time; more are looked up one by one.
    private const int ComparedAtMost = 4;

    private readonly TraitTerms _terms = new();
    private Column<byte>? _narrow = new();
    private Column<ushort>? _middle;
    private Column<int>? _wide;
    private int _slots;

    /// <summary>The trait's name.</summary>
    public string Name => name;

    /// <summary>The bytes that its codes take; the texts are apart.</summary>
    public long MemoryBytes => _narrow?.MemoryBytes ?? _middle?.MemoryBytes ?? _wide!.MemoryBytes;

    /// <summary>All codes are below it.</summary>
    public int CodeBound => _terms.CodeBound;

    /// <summary>Makes room for slots 0 to <paramref name="slots"/> - 1.</summary>
    public void EnsureCapacity(int slots)
    {
        _slots = Math.Max(_slots, slots);
        _narrow?.EnsureCapacity(slots);
        _middle?.EnsureCapacity(slots);
        _wide?.EnsureCapacity(slots);
    }

    /// <summary>Replaces a slot's value; null for none.</summary>
    public void Set(int slot, TraitValue? value)
    {
        var code = _terms.Take(value);
        var before = CodeOf(slot);
        Widen(code);
        if (_narrow is not null)
            _narrow[slot] = (byte)code;
        else if (_middle is not null)
            _middle[slot] = (ushort)code;
        else
            _wide![slot] = code;
        _terms.Release(before);
    }

    /// <summary>The codes of values that match any of the texts, ignoring case. They hold until a value is set.</summary>
    public CodeSet Matching(IReadOnlyList<string> accepted) => _terms.Matching(accepted);

    /// <summary>
    /// Takes slots whose code is not accepted out of a selection: one bit for each slot of the chunk from
    /// <paramref name="first"/> on, a multiple of 64.
    /// </summary>
    public void Narrow(int chunk, int first, Span<ulong> selection, CodeSet accepted)
    {
        if (_narrow is not null)
            Narrow<byte>(_narrow.Chunk(chunk)[first..], selection, accepted);
        else if (_middle is not null)
            Narrow<ushort>(_middle.Chunk(chunk)[first..], selection, accepted);
        else
            Narrow<int>(_wide!.Chunk(chunk)[first..], selection, accepted);
    }

    private static void Narrow<TCode>(ReadOnlySpan<TCode> codes, Span<ulong> selection, CodeSet accepted)
        where TCode : unmanaged, IBinaryInteger<TCode>
    {
        if (accepted.Codes.Count <= ComparedAtMost)
            NarrowByVector(codes, selection, accepted);
        else
            NarrowOneByOne(codes, selection, accepted);
    }

    private static void NarrowOneByOne<TCode>(ReadOnlySpan<TCode> codes, Span<ulong> selection, CodeSet accepted)
        where TCode : unmanaged, IBinaryInteger<TCode>
    {
        for (var word = 0; word < selection.Length; word++)
        {
            for (var rest = selection[word]; rest != 0; rest &= rest - 1)
            {
                var bit = BitOperations.TrailingZeroCount(rest);
                if (!accepted.Contains(int.CreateTruncating(codes[(word * 64) + bit])))
                    selection[word] &= ~(1UL << bit);
            }
        }
    }

    private static void NarrowByVector<TCode>(ReadOnlySpan<TCode> codes, Span<ulong> selection, CodeSet accepted)
        where TCode : unmanaged, IBinaryInteger<TCode>
    {
        for (var word = 0; word < selection.Length; word++)
        {
            if (selection[word] == 0)
                continue;
            ulong matching = 0;
            for (var slot = 0; slot < 64; slot += Vector256<TCode>.Count)
            {
                var held = Vector256.Create(codes.Slice((word * 64) + slot, Vector256<TCode>.Count));
                var equal = Vector256<TCode>.Zero;
                foreach (var code in accepted.Codes)
                    equal |= Vector256.Equals(held, Vector256.Create(TCode.CreateTruncating(code)));
                matching |= (ulong)equal.ExtractMostSignificantBits() << slot;
            }

            selection[word] &= matching;
        }
    }

    private int CodeOf(int slot) => _narrow?[slot] ?? _middle?[slot] ?? _wide![slot];

    private void Widen(int code)
    {
        if (code > byte.MaxValue && _narrow is not null)
        {
            _middle = Copied<byte, ushort>(_narrow);
            _narrow = null;
        }

        if (code > ushort.MaxValue && _middle is not null)
        {
            _wide = Copied<ushort, int>(_middle);
            _middle = null;
        }
    }

    private Column<TTo> Copied<TFrom, TTo>(Column<TFrom> from)
        where TFrom : unmanaged, IBinaryInteger<TFrom>
        where TTo : unmanaged, IBinaryInteger<TTo>
    {
        var to = new Column<TTo>();
        to.EnsureCapacity(_slots);
        for (var slot = 0; slot < _slots; slot++)
            to[slot] = TTo.CreateTruncating(from[slot]);
        return to;
    }
}
