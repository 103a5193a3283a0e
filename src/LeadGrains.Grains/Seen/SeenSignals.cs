using System.Buffers.Binary;
using LeadGrains.Grains.Checkpoints;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Seen;

/// <summary>
/// The signals that one grain remembers, so that a repeated one changes nothing: at least its latest 16,384, as far as
/// they were received in the last 90 days. The same calls give the same chunks, on replay too. One turn at a time.
/// </summary>
/// <remarks>
/// Hashes stand in the order of arrival and are cut into chunks of 256. All but the last chunk are full, and only full
/// ones are forgotten, oldest first: when the newest signal of the chunk is older than 90 days, or when the others hold
/// 16,384. Nearly all grains have a handful, so a short array is searched from end to end; above 32 a table finds them.
/// </remarks>
internal sealed class SeenSignals(ListArena? arena = null)
{
    private const int ChunkSize = Limits.SeenChunkSignals;
    private const int MaxRemembered = Limits.SeenSignals + ChunkSize;
    private const int FewEnoughToScan = 32;

    private ArenaList<ulong> _hashes;

    // Of all chunks but the newest, which stands in the object itself, since nearly all grains have only that one.
    private ChunkTimes[] _times = [];
    private ChunkTimes _newest;
    private SeenTable _table;
    private int _firstChunk;
    private long _saved;
    private long _handedOut;

    /// <summary>Chunks below this number are forgotten.</summary>
    public int FirstChunk => _firstChunk;

    /// <summary>How many are remembered.</summary>
    public int Count => _hashes.Length;

    /// <summary>Room that they take in memory, in bytes: object, list and arrays.</summary>
    public int MemoryBytes => 80 + _hashes.MemoryBytes + (_times.Length == 0 ? 0 : 24 + (_times.Length * 2 * sizeof(long))) + _table.MemoryBytes;

    /// <summary>How many are in the newest chunk while it is not full; 0 where it is full, or none is there.</summary>
    public int OpenCount => Count % ChunkSize;

    private ReadOnlySpan<ulong> Hashes => _hashes.Items;

    private long FirstPosition => (long)_firstChunk * ChunkSize;

    private int ChunkCount => (Count + ChunkSize - 1) / ChunkSize;

    /// <summary>The remembered signals of a stored grain.</summary>
    /// <param name="chunks">As stored, by number; those below <paramref name="firstChunk"/> are left out.</param>
    /// <param name="firstChunk">The number of the oldest chunk that was still kept.</param>
    /// <param name="arena">Where their list is to lie; null for an array of its own.</param>
    /// <exception cref="InvalidDataException">A chunk is missing, too long, or short of hashes without being the last.</exception>
    public static SeenSignals Restore(IReadOnlyList<SeenChunk> chunks, int firstChunk, ListArena? arena = null)
    {
        var seen = new SeenSignals(arena) { _firstChunk = firstChunk };
        foreach (var chunk in chunks)
        {
            if (chunk.Number >= firstChunk)
                seen.Append(chunk);
        }

        seen._saved = seen._handedOut = seen.FirstPosition + seen.Count;
        if (seen.Count > FewEnoughToScan)
            seen._table = SeenTable.Of(arena, seen.Hashes, seen.FirstPosition);
        return seen;
    }

    /// <summary>Remembers a signal.</summary>
    /// <param name="hash">Of its source and id.</param>
    /// <param name="receivedAt">When it was received; a clock set back shortens no promise.</param>
    /// <returns>False where it is remembered already: a duplicate.</returns>
    public bool TryAdd(ulong hash, Instant receivedAt)
    {
        ForgetBefore(receivedAt + -Limits.SeenAge);
        if (Contains(hash))
            return false;
        Append(hash, receivedAt);
        if (Count > MaxRemembered)
            Forget(1);
        if (Count > FewEnoughToScan && (_table.IsNone || !_table.TryAdd(hash, FirstPosition + Count - 1)))
            BuildTable();
        return true;
    }

    /// <summary>Has the processor fetch what a look for a signal begins with; the object itself is there.</summary>
    public void Fetch()
    {
        if (_table.IsNone)
            CacheLine.Fetch(Hashes);
    }

    /// <summary>Whether a signal that is received now is remembered. Remembers nothing itself.</summary>
    public bool Remembers(ulong hash, Instant receivedAt)
    {
        ForgetBefore(receivedAt + -Limits.SeenAge);
        return Contains(hash);
    }

    /// <summary>Copies the newest chunk's hashes while it is not full.</summary>
    /// <param name="hashes">Room for <see cref="OpenCount"/> of 8 bytes, little-endian.</param>
    /// <returns>Its number, and when its signals were received.</returns>
    public (int Number, Instant First, Instant Last) CopyOpen(Span<byte> hashes)
    {
        Write(Hashes[(Count - OpenCount)..], hashes);
        return (_firstChunk + (Count / ChunkSize), _newest.First, _newest.Last);
    }

    /// <summary>Copies of the full chunks that were not full when they were last saved, by number.</summary>
    /// <param name="memory">Where the copies of their hashes are to lie.</param>
    public IReadOnlyList<SeenChunk> DirtyChunks(RowMemory memory)
    {
        _handedOut = FirstPosition + Count;
        return Chunks((int)(Math.Max(_saved - FirstPosition, 0) / ChunkSize), Count / ChunkSize, memory);
    }

    /// <summary>Copies of all chunks, by number.</summary>
    public IReadOnlyList<SeenChunk> Chunks() => Chunks(0, ChunkCount, memory: null);

    /// <summary>Forgets all, for good: what is stored of them is dropped too.</summary>
    public void Clear()
    {
        _firstChunk += ChunkCount;
        _hashes.Release(arena);
        _table.Release(arena);
        _times = [];
    }

    /// <summary>Gives the list's room back. Nothing may be asked of it any more.</summary>
    public void Release()
    {
        _hashes.Release(arena);
        _table.Release(arena);
    }

    /// <summary>Says that what <see cref="DirtyChunks"/> gave last is durable. Signals that came since stay dirty.</summary>
    public void MarkSaved() => _saved = _handedOut;

    private SeenChunk[] Chunks(int first, int end, RowMemory? memory)
    {
        if (first >= end)
            return [];
        var chunks = new SeenChunk[end - first];
        for (var at = first; at < end; at++)
        {
            var hashes = Hashes[(at * ChunkSize)..Math.Min(Count, (at + 1) * ChunkSize)];
            var length = hashes.Length * sizeof(ulong);
            var bytes = memory is null ? new byte[length] : memory.Take(length);
            Write(hashes, bytes.Span);
            var times = TimesOf(at);
            chunks[at - first] = new SeenChunk(_firstChunk + at, times.First, times.Last, bytes);
        }

        return chunks;
    }

    private bool Contains(ulong hash) => _table.IsNone ? Hashes.Contains(hash) : _table.Contains(hash, Hashes, FirstPosition);

    private void Append(ulong hash, Instant receivedAt)
    {
        if (Count % ChunkSize == 0)
            BeginChunk(receivedAt);
        else
            _newest = _newest.With(receivedAt);
        _hashes.Add(arena, hash);
    }

    private ChunkTimes TimesOf(int chunk) => chunk == ChunkCount - 1 ? _newest : _times[chunk];

    private void BeginChunk(Instant receivedAt)
    {
        if (ChunkCount is > 0 and var chunks)
        {
            if (_times.Length < chunks)
                Array.Resize(ref _times, chunks * 2);
            _times[chunks - 1] = _newest;
        }

        _newest = new ChunkTimes(receivedAt, receivedAt);
    }

    private void Append(SeenChunk chunk)
    {
        var bytes = chunk.Hashes.Span;
        if (chunk.Number != _firstChunk + ChunkCount || Count % ChunkSize != 0 || bytes.Length % sizeof(ulong) != 0
            || bytes.Length / sizeof(ulong) is 0 or > ChunkSize || Count >= MaxRemembered)
            throw new InvalidDataException($"Chunk {chunk.Number} of remembered signals, {bytes.Length} bytes, does not follow the one before it.");
        for (; !bytes.IsEmpty; bytes = bytes[sizeof(ulong)..])
            Append(BinaryPrimitives.ReadUInt64LittleEndian(bytes), chunk.FirstReceived);
        _newest = new ChunkTimes(chunk.FirstReceived, chunk.LastReceived);
    }

    private void ForgetBefore(Instant oldest)
    {
        var full = Count / ChunkSize;
        var aged = 0;
        while (aged < full && TimesOf(aged).Last < oldest)
            aged++;
        if (aged > 0)
            Forget(aged);
    }

    private void Forget(int chunks)
    {
        var hashes = chunks * ChunkSize;
        var kept = ChunkCount - chunks;
        _hashes.Remove(0, hashes);
        var earlier = Math.Max(0, kept - 1);
        if (earlier > 0)
            Array.Copy(_times, chunks, _times, 0, earlier);
        _firstChunk += chunks;
        if (_hashes.Length >= _hashes.MemoryBytes / sizeof(ulong) / 4)
            return;
        // Most are gone, so give their room back.
        _hashes.Trim(arena);
        Array.Resize(ref _times, earlier);
        BuildTable();
    }

    private void BuildTable()
    {
        _table.Release(arena);
        if (Count > FewEnoughToScan)
            _table = SeenTable.Of(arena, Hashes, FirstPosition);
    }

    private static void Write(ReadOnlySpan<ulong> hashes, Span<byte> bytes)
    {
        for (var at = 0; at < hashes.Length; at++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[(at * sizeof(ulong))..], hashes[at]);
    }

    private readonly record struct ChunkTimes(Instant First, Instant Last)
    {
        public ChunkTimes With(Instant receivedAt) => new(Instant.Earlier(First, receivedAt), Instant.Later(Last, receivedAt));
    }
}
