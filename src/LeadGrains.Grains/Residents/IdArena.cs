using LeadGrains.Scoring;

namespace LeadGrains.Grains.Residents;

/// <summary>
/// Ids in UTF-8, packed one after the other into chunks: a byte for the length, the bytes, and what rounds them up to a
/// multiple of four. A freed place is used again by the next id of the same rounded size. One thread at a time.
/// </summary>
internal sealed class IdArena
{
    /// <summary>The longest id that fits; callers bound ids far below it.</summary>
    public const int MaxIdBytes = byte.MaxValue;

    private const int UnitBytes = 4;
    private const int ChunkUnitBits = 14;
    private const int ChunkUnits = 1 << ChunkUnitBits;
    private const int FirstUnits = 256;

    private readonly uint[] _free = new uint[Units(MaxIdBytes) + 1];
    private byte[][] _chunks = [];
    private int _chunkCount;

    // The place for the next id, in units. 0 stands for "no place", so the first unit stays unused.
    private uint _next = 1;

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes { get; private set; }

    /// <summary>Keeps an id and returns its place.</summary>
    public uint Add(ReadOnlySpan<byte> id)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(id.Length, MaxIdBytes, nameof(id));
        var place = Take(Units(id.Length));
        var block = At(place);
        block[0] = (byte)id.Length;
        id.CopyTo(block[1..]);
        return place;
    }

    /// <summary>The id at a place. It is good until the place is freed or an id is added.</summary>
    public ReadOnlySpan<byte> Get(uint place)
    {
        var block = At(place);
        return block.Slice(1, block[0]);
    }

    /// <summary>Has the processor fetch the id at a place.</summary>
    public void Fetch(uint place) => CacheLine.Fetch<byte>(At(place)[..1]);

    /// <summary>Gives a place back.</summary>
    public void Free(uint place)
    {
        var block = At(place);
        ref var head = ref _free[Units(block[0])];
        BitConverter.TryWriteBytes(block, head);
        head = place;
    }

    private static int Units(int idBytes) => (1 + idBytes + UnitBytes - 1) / UnitBytes;

    private Span<byte> At(uint place) =>
        _chunks[place >> ChunkUnitBits].AsSpan((int)(place & (ChunkUnits - 1)) * UnitBytes);

    private uint Take(int units)
    {
        ref var head = ref _free[units];
        if (head != 0)
        {
            var reused = head;
            head = BitConverter.ToUInt32(At(reused));
            return reused;
        }

        // An id never straddles two chunks.
        if ((_next & (ChunkUnits - 1)) + units > ChunkUnits)
            _next = (_next | (ChunkUnits - 1)) + 1;
        var place = _next;
        EnsureCapacity(place + (uint)units);
        _next = place + (uint)units;
        return place;
    }

    private void EnsureCapacity(uint units)
    {
        var chunk = (int)((units - 1) >> ChunkUnitBits);
        if (chunk == _chunks.Length)
            Array.Resize(ref _chunks, Math.Max(1, chunk * 2));
        var within = (int)(units - ((uint)chunk << ChunkUnitBits));
        var size = chunk == 0 ? FirstUnits : ChunkUnits;
        if (chunk < _chunkCount)
            size = _chunks[chunk].Length / UnitBytes;
        else
            _chunkCount = chunk + 1;
        while (size < within)
            size *= 2;
        var before = _chunks[chunk]?.Length ?? 0;
        if (before == size * UnitBytes)
            return;
        Array.Resize(ref _chunks[chunk], size * UnitBytes);
        MemoryBytes += (size * UnitBytes) - before;
    }
}
