namespace LeadGrains.Grains.Residents;

/// <summary>
/// One value for each slot, or a record of equally many for each. It grows by whole chunks, so that growing moves nothing and wastes at most one chunk; the
/// first chunk starts small and doubles. Slots that were never set hold the default value. One thread at a time.
/// </summary>
/// <param name="width">Values in a slot's record.</param>
internal sealed class Column<T>(int width = 1)
    where T : unmanaged
{
    /// <summary>Slots in a chunk; a multiple of every vector's width.</summary>
    public const int ChunkSlots = 1 << ChunkBits;

    private const int ChunkBits = 12;
    private const int FirstSlots = 64;

    private T[][] _chunks = [];

    /// <summary>How many slots there is room for.</summary>
    public int Capacity { get; private set; }

    /// <summary>The value of a slot below <see cref="Capacity"/>, where each has one.</summary>
    public ref T this[int slot] => ref _chunks[slot >> ChunkBits][slot & (ChunkSlots - 1)];

    /// <summary>The record of a slot below <see cref="Capacity"/>.</summary>
    public Span<T> Record(int slot) => _chunks[slot >> ChunkBits].AsSpan((slot & (ChunkSlots - 1)) * width, width);

    /// <summary>The values of a chunk; the last slots of the last chunk may not be in use.</summary>
    public Span<T> Chunk(int index) => _chunks[index];

    /// <summary>Makes room for slots 0 to <paramref name="slots"/> - 1.</summary>
    public void EnsureCapacity(int slots)
    {
        if (slots > Capacity)
            Grow(slots);
    }

    /// <summary>The bytes that it takes.</summary>
    public unsafe long MemoryBytes => (long)Capacity * width * sizeof(T);

    private void Grow(int slots)
    {
        if (Capacity < ChunkSlots)
        {
            var first = _chunks.Length == 0 ? [] : _chunks[0];
            var size = Math.Max(FirstSlots, Capacity);
            while (size < slots && size < ChunkSlots)
                size *= 2;
            Array.Resize(ref first, size * width);
            _chunks = [first];
            Capacity = size;
        }

        while (Capacity < slots)
        {
            var index = Capacity >> ChunkBits;
            if (index == _chunks.Length)
                Array.Resize(ref _chunks, index * 2);
            _chunks[index] = new T[ChunkSlots * width];
            Capacity += ChunkSlots;
        }
    }
}
