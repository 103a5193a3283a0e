using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Ranking;

/// <summary>For each block of 64 rows three figures that no row exceeds, and how old they are. One thread at a time.</summary>
internal sealed class BlockBounds
{
    /// <summary>Blocks of a chunk.</summary>
    public const int ChunkBlocks = Column<byte>.ChunkSlots / RankKernels.Rows;

    private double[] _totals = [];
    private double[] _intents = [];
    private double[] _points = [];
    private int[] _generations = [];

    /// <summary>The bytes that they take.</summary>
    public long MemoryBytes => ((3L * sizeof(double)) + sizeof(int)) * _totals.Length;

    /// <summary>A chunk's blocks, by total or by intent.</summary>
    public ReadOnlySpan<double> Of(int chunk, RankBy by) =>
        (by == RankBy.Total ? _totals : _intents).AsSpan(chunk * ChunkBlocks, ChunkBlocks);

    /// <summary>What no row of the block has more points than.</summary>
    public double PointsOf(int block) => _points[block];

    /// <summary>The generation that the block's bounds were set in; 0 where they never were.</summary>
    public int GenerationOf(int block) => _generations[block];

    /// <summary>Makes room for the blocks of so many slots; whole chunks of them.</summary>
    /// <param name="slots">All slots are below it.</param>
    /// <param name="bound">Of the new blocks.</param>
    public void EnsureCapacity(int slots, double bound)
    {
        var before = _totals.Length;
        var chunks = (slots + Column<byte>.ChunkSlots - 1) / Column<byte>.ChunkSlots;
        if (chunks * ChunkBlocks <= before)
            return;
        var blocks = Math.Max(chunks, before / ChunkBlocks * 5 / 4) * ChunkBlocks;
        Array.Resize(ref _totals, blocks);
        Array.Resize(ref _intents, blocks);
        Array.Resize(ref _points, blocks);
        Array.Resize(ref _generations, blocks);
        Fill(before, bound);
    }

    /// <summary>Nothing is known of any row any more.</summary>
    public void Forget()
    {
        Fill(0, double.PositiveInfinity);
        Array.Clear(_generations);
    }

    /// <summary>A row of the block may have as much.</summary>
    public void Raise(int block, double points, double intent, double total)
    {
        _points[block] = Math.Max(_points[block], points);
        _intents[block] = Math.Max(_intents[block], intent);
        _totals[block] = Math.Max(_totals[block], total);
    }

    /// <summary>All rows of the block were looked at.</summary>
    public void Set(int block, double points, double intent, double total, int generation)
    {
        _points[block] = points;
        _intents[block] = intent;
        _totals[block] = total;
        _generations[block] = generation;
    }

    private void Fill(int from, double bound)
    {
        _totals.AsSpan(from).Fill(bound);
        _intents.AsSpan(from).Fill(bound);
        _points.AsSpan(from).Fill(bound);
    }
}
