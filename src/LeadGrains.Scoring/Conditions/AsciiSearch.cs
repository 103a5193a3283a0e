using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace LeadGrains.Scoring;

/// <summary>
/// Finds a short ASCII text in bytes, ignoring case. A model asks this of an address a dozen times for each page view,
/// so 32 places are looked at together: first for its first and last letter, then, where both fit, for all of it.
/// </summary>
internal sealed class AsciiSearch
{
    private const byte CaseBit = 0x20;

    private readonly byte[] _sought;
    private readonly byte _first;
    private readonly byte _last;

    public AsciiSearch(ReadOnlySpan<byte> sought)
    {
        _sought = sought.ToArray();
        // With the case bit set, both cases of a letter look the same; other bytes may, too, and are told apart later.
        _first = (byte)(sought[0] | CaseBit);
        _last = (byte)(sought[^1] | CaseBit);
    }

    public bool IsWithin(ReadOnlySpan<byte> value)
    {
        var places = value.Length - _sought.Length + 1;
        if (places < Vector256<byte>.Count)
            return OneByOne(value, places);

        ref var start = ref MemoryMarshal.GetReference(value);
        ref var end = ref MemoryMarshal.GetReference(value[(_sought.Length - 1)..]);
        var first = Vector256.Create(_first);
        var last = Vector256.Create(_last);
        var caseBit = Vector256.Create(CaseBit);
        for (var at = 0; at < places; at += Vector256<byte>.Count)
        {
            // The last round looks at some places once more.
            at = Math.Min(at, places - Vector256<byte>.Count);
            var firstFits = Vector256.Equals(Vector256.LoadUnsafe(ref start, (nuint)at) | caseBit, first);
            var lastFits = Vector256.Equals(Vector256.LoadUnsafe(ref end, (nuint)at) | caseBit, last);
            for (var fits = (firstFits & lastFits).ExtractMostSignificantBits(); fits != 0; fits &= fits - 1)
            {
                if (IsAt(value, at + BitOperations.TrailingZeroCount(fits)))
                    return true;
            }
        }

        return false;
    }

    private bool OneByOne(ReadOnlySpan<byte> value, int places)
    {
        for (var at = 0; at < places; at++)
        {
            if ((value[at] | CaseBit) == _first && IsAt(value, at))
                return true;
        }

        return false;
    }

    private bool IsAt(ReadOnlySpan<byte> value, int at) => Ascii.EqualsIgnoreCase(value.Slice(at, _sought.Length), _sought);
}
