using System.Runtime.CompilerServices;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// What is owed, by place. At a start all contacts owe and later next to none, so that the memory is given back once
/// nothing is. One thread at a time.
/// </summary>
internal sealed class OwedPlaces
{
    private const int ChunkBits = 9;
    private const int ChunkPlaces = 1 << ChunkBits;

    private readonly List<OwedTerms[]> _chunks = [];

    // The place that was given back last, plus 1; the version of each says which was before it.
    private int _freeAfter;
    private int _next;
    private int _taken;

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes => (long)_chunks.Count * ChunkPlaces * Unsafe.SizeOf<OwedTerms>();

    /// <summary>What is at a place. Good until one is taken.</summary>
    public ref OwedTerms this[int place] => ref _chunks[place >> ChunkBits][place & (ChunkPlaces - 1)];

    /// <summary>A place where nothing is owed.</summary>
    public int Take()
    {
        _taken++;
        if (_freeAfter != 0)
        {
            var place = _freeAfter - 1;
            _freeAfter = (int)this[place].Version;
            this[place] = default;
            return place;
        }

        if (_next == _chunks.Count * ChunkPlaces)
            _chunks.Add(new OwedTerms[ChunkPlaces]);
        this[_next] = default;
        return _next++;
    }

    /// <summary>Gives a place back.</summary>
    public void Free(int place)
    {
        this[place] = new OwedTerms { Version = _freeAfter };
        _freeAfter = place + 1;
        if (--_taken > 0)
            return;
        (_freeAfter, _next) = (0, 0);
        if (_chunks.Count <= 1)
            return;
        _chunks.RemoveRange(1, _chunks.Count - 1);
        _chunks.TrimExcess();
    }
}
