using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Commits;
using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Journals;

/// <summary>The blocks of one commit as columns: what an array of rows costs least in. One user at a time.</summary>
internal sealed class CommitColumns
{
    // By partition.
    private readonly List<long> _heldEpochs = [];
    private readonly List<long> _befores = [];
    private readonly List<long> _counts = [];
    private readonly Dictionary<int, int> _places = [];

    // By row.
    private readonly List<int> _rowPartitions = [];
    private readonly List<long> _rowEpochs = [];
    private readonly List<long> _rowFirsts = [];
    private readonly List<long> _rowLasts = [];
    private readonly List<int> _rowCounts = [];
    private readonly List<ReadOnlyMemory<byte>> _rowEntries = [];
    private readonly NpgsqlParameter<ReadOnlyMemory<byte>[]> _entries = PostgresCommands.BytesOf([]);
    private readonly NpgsqlBatchCommand _append;

    public CommitColumns()
    {
        _append = PostgresCommands.Of("SELECT leadgrains.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
            .With(Partitions).With(_heldEpochs).With(_befores).With(Lasts).With(_counts)
            .With(_rowPartitions).With(_rowFirsts).With(_rowLasts).With(_rowEpochs).With(_rowCounts);
        _append.Parameters.Add(_entries);
    }

    /// <summary>Each partition once.</summary>
    public List<int> Partitions { get; } = [];

    /// <summary>By partition, the sequence of its last entry in this commit.</summary>
    public List<long> Lasts { get; } = [];

    public int RowCount => _rowPartitions.Count;

    /// <summary>Takes the blocks of appends, which stay untouched until the next ones are taken.</summary>
    /// <param name="appends">In the order of hand-over.</param>
    /// <param name="ends">By partition, the sequence of the last durable entry.</param>
    public void Fill(List<JournalAppend> appends, long[] ends)
    {
        Clear();
        foreach (var block in new AppendedBlocks(appends))
        {
            _rowPartitions.Add(block.Partition);
            _rowEpochs.Add(block.Epoch);
            _rowFirsts.Add(block.FirstSequence);
            _rowLasts.Add(block.LastSequence);
            _rowCounts.Add(block.Count);
            _rowEntries.Add(block.Entries);
            Note(block, ends[block.Partition]);
        }
    }

    /// <summary>
    /// Moves the partitions' ends and inserts the rows. The same one each time, since its parameters cost more to make than to
    /// send: it holds the lists, and what they hold is written when it is executed.
    /// </summary>
    public NpgsqlBatchCommand Append()
    {
        _entries.TypedValue = [.. _rowEntries];
        return _append;
    }

    /// <summary>Counts the rows that are there.</summary>
    public NpgsqlBatchCommand Look() => PostgresCommands.Of(
        """
        SELECT count(*) FROM unnest($1, $2, $3) AS w (partition, last_sequence, epoch)
        JOIN leadgrains.journal USING (partition, last_sequence, epoch)
        """)
        .With(_rowPartitions).With(_rowLasts).With(_rowEpochs);

    private void Note(in JournalBlock block, long before)
    {
        if (_places.TryGetValue(block.Partition, out var place))
        {
            // Two epochs cannot both hold: the older one is refused.
            _heldEpochs[place] = Math.Min(_heldEpochs[place], block.Epoch);
            Lasts[place] = block.LastSequence;
            _counts[place] += block.Count;
            return;
        }

        _places.Add(block.Partition, Partitions.Count);
        Partitions.Add(block.Partition);
        _heldEpochs.Add(block.Epoch);
        _befores.Add(before);
        Lasts.Add(block.LastSequence);
        _counts.Add(block.Count);
    }

    private void Clear()
    {
        _places.Clear();
        Partitions.Clear();
        _heldEpochs.Clear();
        _befores.Clear();
        Lasts.Clear();
        _counts.Clear();
        _rowPartitions.Clear();
        _rowEpochs.Clear();
        _rowFirsts.Clear();
        _rowLasts.Clear();
        _rowCounts.Clear();
        _rowEntries.Clear();
    }
}
