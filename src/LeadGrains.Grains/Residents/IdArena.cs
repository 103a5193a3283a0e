using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LeadGrains.Grains.Residents;

/// <summary>
/// Ids and names in UTF-8: a byte for the length, the bytes, and what rounds them up to a multiple of four. A freed place is used
/// again by the next id of the same rounded size. One thread at a time.
/// </summary>
internal sealed class IdArena
{
    /// <summary>The longest id or name that fits.</summary>
    public const int MaxIdBytes = 256;

    // Of so many bytes and more, a second byte says how many more.
    private const int Long = byte.MaxValue;

    private readonly WordArena _words = new(Words(MaxIdBytes));

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes => _words.MemoryBytes;

    /// <summary>Keeps an id and returns its place; never 0.</summary>
    public uint Add(ReadOnlySpan<byte> id)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(id.Length, MaxIdBytes, nameof(id));
        var words = Words(id.Length);
        var place = _words.Take(words);
        var block = MemoryMarshal.AsBytes(_words.At(place, words));
        var begin = Begin(id.Length);
        block[0] = (byte)Math.Min(id.Length, Long);
        if (begin > 1)
            block[1] = (byte)(id.Length - Long);
        id.CopyTo(block[begin..]);
        return place;
    }

    /// <summary>The id at a place. It is good until the place is freed or an id is added.</summary>
    public ReadOnlySpan<byte> Get(uint place)
    {
        var length = LengthAt(place);
        return MemoryMarshal.AsBytes(_words.At(place, Words(length))).Slice(Begin(length), length);
    }

    /// <summary>Has the processor fetch the id at a place.</summary>
    public void Fetch(uint place) => _words.Fetch(place);

    /// <summary>Gives a place back.</summary>
    public void Free(uint place) => _words.Free(place, Words(LengthAt(place)));

    private static int Begin(int idBytes) => idBytes < Long ? 1 : 2;

    private static int Words(int idBytes) => (Begin(idBytes) + idBytes + sizeof(uint) - 1) / sizeof(uint);

    private int LengthAt(uint place)
    {
        ref var first = ref MemoryMarshal.GetReference(MemoryMarshal.AsBytes(_words.At(place, 1)));
        return first < Long ? first : Long + Unsafe.Add(ref first, 1);
    }
}
