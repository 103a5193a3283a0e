namespace LeadGrains.Grains.Checkpoints;

/// <summary>
/// Where the bytes of the rows lie that are on their way to the store: blocks that are used again for the next ones, since
/// a store keeps nothing of a row's memory when a write has ended. One thread at a time.
/// </summary>
internal sealed class RowMemory
{
    private const int BlockBytes = 64 * 1024;

    // What takes more than a quarter of a block has an array of its own, so that at most a quarter of each is lost.
    private const int LongestInBlock = BlockBytes / 4;

    // Rows of a usual size need less; blocks beyond these are let go when the write has ended.
    private const int BlocksKept = 96;

    private readonly List<byte[]> _blocks = [];
    private int _block;
    private int _used;

    /// <summary>Copies bytes to a place where they stay until <see cref="Reuse"/>.</summary>
    public ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> bytes)
    {
        var kept = Take(bytes.Length);
        bytes.CopyTo(kept.Span);
        return kept;
    }

    /// <summary>A place to write to, which stays until <see cref="Reuse"/>. It may hold anything.</summary>
    public Memory<byte> Take(int length)
    {
        if (length > LongestInBlock)
            return new byte[length];
        if (length > BlockBytes - _used)
        {
            _block++;
            _used = 0;
        }

        if (_block == _blocks.Count)
            _blocks.Add(GC.AllocateUninitializedArray<byte>(BlockBytes));
        var place = _blocks[_block].AsMemory(_used, length);
        _used += length;
        return place;
    }

    /// <summary>Nobody reads what was kept any more.</summary>
    public void Reuse()
    {
        if (_blocks.Count > BlocksKept)
            _blocks.RemoveRange(BlocksKept, _blocks.Count - BlocksKept);
        _block = 0;
        _used = 0;
    }
}
