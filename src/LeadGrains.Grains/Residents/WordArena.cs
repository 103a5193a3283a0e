using LeadGrains.Scoring;

namespace LeadGrains.Grains.Residents;

/// <summary>
/// Short records of 32-bit words, packed one after the other into chunks. A freed place is used again by the next record
/// of the same length. One thread at a time; what was written once and is not freed may be read by others that were
/// told of its place.
/// </summary>
/// <param name="maxWords">The longest record; far below <see cref="ChunkWords"/>.</param>
internal sealed class WordArena(int maxWords)
{
    /// <summary>Words in a chunk: small, since on average half of the last one is empty.</summary>
    public const int ChunkWords = 1 << ChunkBits;

    private const int ChunkBits = 12;
    private const int FirstWords = 64;
    private const int FirstGrowth = 8;

    // By length the place that was freed last; its first word says which was freed before it.
    private readonly uint[] _free = new uint[maxWords + 1];
    private uint[][] _chunks = [];
    private int _chunkCount;

    // The place for the next record. 0 stands for "no place", so the first word stays unused.
    private uint _next = 1;

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes { get; private set; }

    /// <summary>The word at a place.</summary>
    public ref uint this[uint place] => ref _chunks[place >> ChunkBits][place & (ChunkWords - 1)];

    /// <summary>The words of a record. They are good until a place is taken or this one is given back.</summary>
    public Span<uint> At(uint place, int words) => _chunks[place >> ChunkBits].AsSpan((int)(place & (ChunkWords - 1)), words);

    /// <summary>A place for a record of so many words, which may hold anything; never 0.</summary>
    public uint Take(int words)
    {
        ref var head = ref _free[words];
        if (head != 0)
        {
            var reused = head;
            head = this[reused];
            return reused;
        }

        // A record never straddles two chunks.
        if ((_next & (ChunkWords - 1)) + words > ChunkWords)
            _next = (_next | (ChunkWords - 1)) + 1;
        var place = _next;
        EnsureCapacity(place + (uint)words);
        _next = place + (uint)words;
        return place;
    }

    /// <summary>Gives a place back.</summary>
    /// <param name="place">It is in use.</param>
    /// <param name="words">As many as it was taken for.</param>
    public void Free(uint place, int words)
    {
        ref var head = ref _free[words];
        this[place] = head;
        head = place;
    }

    /// <summary>Has the processor fetch a record's first line.</summary>
    public void Fetch(uint place) => CacheLine.Fetch(ref this[place]);

    private void EnsureCapacity(uint words)
    {
        var chunk = (int)((words - 1) >> ChunkBits);
        if (chunk == _chunks.Length)
            Array.Resize(ref _chunks, (chunk * 5 / 4) + 1);
        var within = (int)(words - ((uint)chunk << ChunkBits));
        var size = chunk == 0 ? FirstWords : ChunkWords;
        if (chunk < _chunkCount)
            size = _chunks[chunk].Length;
        else
            _chunkCount = chunk + 1;
        while (size < within)
            size *= FirstGrowth;
        var before = _chunks[chunk]?.Length ?? 0;
        if (before == size)
            return;
        var grown = GC.AllocateArray<uint>(size, pinned: true);
        _chunks[chunk]?.CopyTo(grown, 0);
        _chunks[chunk] = grown;
        MemoryBytes += (size - before) * sizeof(uint);
    }
}
