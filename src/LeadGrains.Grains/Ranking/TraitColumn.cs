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
    // Up to so many accepted codes are compared with many slots at a time; more are looked up one by one.
    private const int ComparedAtMost = 16;

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

    /// <summary>Of 64 slots of a chunk that are asked for, those whose code is accepted: one bit for each.</summary>
    public unsafe ulong Matching(int chunk, int first, ulong asked, CodeSet accepted)
    {
        if (_narrow is not null)
            return Matching(_narrow.Chunk(chunk) + first, asked, accepted);
        return _middle is not null
            ? Matching(_middle.Chunk(chunk) + first, asked, accepted)
            : Matching(_wide!.Chunk(chunk) + first, asked, accepted);
    }

    private static unsafe ulong Matching<TCode>(TCode* codes, ulong asked, CodeSet accepted)
        where TCode : unmanaged, IBinaryInteger<TCode>
    {
        ulong matching = 0;
        if (accepted.Codes.Length <= ComparedAtMost)
        {
            foreach (var code in accepted.Codes)
                matching |= Equal(codes, TCode.CreateTruncating(code));
            return asked & matching;
        }

        for (var rest = asked; rest != 0; rest &= rest - 1)
        {
            var i = BitOperations.TrailingZeroCount(rest);
            if (accepted.Contains(int.CreateTruncating(codes[i])))
                matching |= 1UL << i;
        }

        return matching;
    }

    private static unsafe ulong Equal<TCode>(TCode* codes, TCode wanted)
        where TCode : unmanaged, IBinaryInteger<TCode>
    {
        ulong equal = 0;
        for (var i = 0; i < 64; i += Vector256<TCode>.Count)
            equal |= (ulong)Vector256.Equals(Vector256.Load(codes + i), Vector256.Create(wanted)).ExtractMostSignificantBits() << i;
        return equal;
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
