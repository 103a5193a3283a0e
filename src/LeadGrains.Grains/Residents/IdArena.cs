using System.Runtime.InteropServices;

namespace LeadGrains.Grains.Residents;

/// <summary>
/// Ids in UTF-8: a byte for the length, the bytes, and what rounds them up to a multiple of four. A freed place is used
/// again by the next id of the same rounded size. One thread at a time.
/// </summary>
internal sealed class IdArena
{
    /// <summary>The longest id that fits; callers bound ids far below it.</summary>
    public const int MaxIdBytes = byte.MaxValue;

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
        block[0] = (byte)id.Length;
        id.CopyTo(block[1..]);
        return place;
    }

    /// <summary>The id at a place. It is good until the place is freed or an id is added.</summary>
    public ReadOnlySpan<byte> Get(uint place)
    {
        ref var first = ref _words[place];
        return MemoryMarshal.AsBytes(_words.At(place, Words((byte)first)))[1..((byte)first + 1)];
    }

    /// <summary>Has the processor fetch the id at a place.</summary>
    public void Fetch(uint place) => _words.Fetch(place);

    /// <summary>Gives a place back.</summary>
    public void Free(uint place) => _words.Free(place, Words((byte)_words[place]));

    private static int Words(int idBytes) => (1 + idBytes + sizeof(uint) - 1) / sizeof(uint);
}
