using System.Runtime.InteropServices;

namespace LeadGrains.Grains.Ranking;

/// <summary>Codes of a trait column that a filter accepts.</summary>
internal sealed class CodeSet(int bound)
{
    private readonly ulong[] _bits = new ulong[(bound + 63) / 64];
    private readonly List<int> _codes = [];

    /// <summary>The codes, each once.</summary>
    public ReadOnlySpan<int> Codes => CollectionsMarshal.AsSpan(_codes);

    /// <summary>Adds a code below the bound.</summary>
    public void Add(int code)
    {
        if (Contains(code))
            return;
        _bits[code >> 6] |= 1UL << code;
        _codes.Add(code);
    }

    /// <summary>Whether a code below the bound is in it.</summary>
    public bool Contains(int code) => (_bits[code >> 6] & (1UL << code)) != 0;
}
