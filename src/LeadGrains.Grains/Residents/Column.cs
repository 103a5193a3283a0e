using System.Runtime.CompilerServices;

namespace LeadGrains.Grains.Residents;

/// <summary>
/// One value for each slot, or a record of equally many for each. It grows by whole chunks, so that growing moves nothing and wastes at most one chunk; the
/// first chunk starts small and becomes eight times as large twice: what it leaves behind when it grows stays a hole, since such
/// memory is never moved. Slots that were never set hold the default value. One thread at a time.
/// </summary>
/// <param name="width">Values in a slot's record.</param>
/// <param name="lane">
/// Columns that are read side by side have different ones. Chunks are equally large, so without it they would lie at the
/// same place of their pages and drive each other out of the processor's cache.
/// </param>
internal sealed class Column<T>(int width = 1, int lane = 0)
    where T : unmanaged
{
    /// <summary>Slots in a chunk; a multiple of every vector's width.</summary>
    public const int ChunkSlots = 1 << ChunkBits;

    private const int ChunkBits = 12;
    private const int FirstSlots = 64;
    private const int FirstGrowth = 8;
    private const int Lanes = 16;
    private const int LaneBytes = 192;

    // Where the first value of each chunk is.
    private readonly int _start = lane % Lanes * LaneBytes / Unsafe.SizeOf<T>();
    private T[][] _chunks = [];

    /// <summary>How many slots there is room for.</summary>
    public int Capacity { get; private set; }

    /// <summary>The value of a slot below <see cref="Capacity"/>, where each has one.</summary>
    public ref T this[int slot] => ref _chunks[slot >> ChunkBits][_start + (slot & (ChunkSlots - 1))];

    /// <summary>The record of a slot below <see cref="Capacity"/>.</summary>
    public Span<T> Record(int slot) => _chunks[slot >> ChunkBits].AsSpan(_start + ((slot & (ChunkSlots - 1)) * width), width);

    /// <summary>
    /// Where the values of a chunk lie; the last slots of the last chunk may not be in use. Chunks never move, since
    /// they are allocated pinned, and the place is good until <see cref="EnsureCapacity"/>.
    /// </summary>
    public unsafe T* Chunk(int index) => (T*)Unsafe.AsPointer(ref _chunks[index][_start]);

    /// <summary>Makes room for slots 0 to <paramref name="slots"/> - 1.</summary>
    public void EnsureCapacity(int slots)
    {
        if (slots > Capacity)
            Grow(slots);
    }

    /// <summary>The bytes that it takes.</summary>
    public unsafe long MemoryBytes => ((long)Capacity * width + ((long)_start * _chunks.Count(chunk => chunk is not null))) * sizeof(T);

    private void Grow(int slots)
    {
        if (Capacity < ChunkSlots)
        {
            var size = Math.Max(FirstSlots, Capacity);
            while (size < slots && size < ChunkSlots)
                size *= FirstGrowth;
            var first = Allocate(size);
            if (Capacity > 0)
                _chunks[0].CopyTo(first, 0);
            _chunks = [first];
            Capacity = size;
        }

        while (Capacity < slots)
        {
            var index = Capacity >> ChunkBits;
            if (index == _chunks.Length)
                Array.Resize(ref _chunks, (index * 5 / 4) + 1);
            _chunks[index] = Allocate(ChunkSlots);
            Capacity += ChunkSlots;
        }
    }

    private T[] Allocate(int slots) => GC.AllocateArray<T>(_start + (slots * width), pinned: true);
}
