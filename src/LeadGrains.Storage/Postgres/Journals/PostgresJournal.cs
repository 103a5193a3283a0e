using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Commits;
using LeadGrains.Storage.Postgres.Sessions;

namespace LeadGrains.Storage.Postgres.Journals;

/// <summary>The journal in PostgreSQL: one row per partition and turn, one transaction for all that wait.</summary>
internal sealed class PostgresJournal : IJournal
{
    // PostgreSQL takes a value of up to 1 GiB, and a turn is far from it.
    private const long MaxAppendBytes = 256L << 20;

    // More than this in one transaction makes no commit cheaper, and those who wait wait longer.
    private const long MaxCommitBytes = 16L << 20;

    private readonly PostgresDatabase _database;
    private readonly JournalEnds _ends;
    private readonly JournalMeters _meters;
    private readonly PostgresAppender _appender;
    private readonly Committer _committer;

    // A block never changes. Entries that are asked for one by one mostly came together.
    private volatile ReadBlock? _lastRead;

    private readonly long[] _foreign;

    private PostgresJournal(PostgresDatabase database, long[] ends, long[] counts, TimeProvider clock)
    {
        _database = database;
        _ends = new JournalEnds(ends, counts.Sum());
        _foreign = counts;
        _meters = new JournalMeters(clock);
        _appender = new PostgresAppender(database, [.. ends], clock);
        _committer = new Committer(_appender, MaxAppendBytes, MaxCommitBytes, _meters, _ends);
    }

    /// <inheritdoc/>
    public int PartitionCount => _ends.PartitionCount;

    /// <inheritdoc/>
    public long EntryCount => _ends.EntryCount;

    /// <summary>Goes on where the journal ends.</summary>
    public static async Task<PostgresJournal> OpenAsync(PostgresDatabase database, int partitionCount, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (ends, counts) = await JournalQueries.EndsAsync(database, partitionCount, cancellationToken);
        return new PostgresJournal(database, ends, counts, clock);
    }

    /// <inheritdoc/>
    public long LastSequence(int partition) => _ends.LastSequence(partition);

    /// <inheritdoc/>
    public async Task RefreshAsync(IReadOnlyList<int> partitions, CancellationToken cancellationToken)
    {
        var (ends, counts) = await JournalQueries.EndsAsync(_database, PartitionCount, cancellationToken);
        foreach (var partition in partitions)
        {
            var foreign = counts[partition] - _ends.AddedTo(partition);
            _ends.MoveTo(partition, ends[partition], foreign - _foreign[partition]);
            _foreign[partition] = foreign;
            _appender.MoveTo(partition, ends[partition]);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<long>> ReadEndsAsync(CancellationToken cancellationToken) =>
        (await JournalQueries.EndsAsync(_database, PartitionCount, cancellationToken)).Ends;

    /// <inheritdoc/>
    public void Append(JournalAppend append) => _committer.Append(append);

    /// <inheritdoc/>
    public IEnumerable<JournalBlock> Read(IReadOnlyList<JournalPosition> after, CancellationToken cancellationToken) =>
        JournalPages.Read(_database, after, cancellationToken);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? ReadEntry(int partition, long sequence)
    {
        if (sequence < 1)
            return null;
        var read = _lastRead;
        if (read is null || read.Block.Partition != partition || sequence < read.Block.FirstSequence || sequence > read.Block.LastSequence)
        {
            if (JournalQueries.BlockOfAsync(_database, partition, sequence, CancellationToken.None).GetAwaiter().GetResult() is not { } found)
                return null;
            _lastRead = read = new ReadBlock(found);
        }

        return BlockEntries.Find(read.Block, sequence);
    }

    /// <summary>What was erased may be in the block that was read last.</summary>
    public void Forget() => _lastRead = null;

    /// <summary>Commits what was handed over.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.Run(_committer.Stop);
        _appender.Dispose();
        _meters.Dispose();
    }

    private sealed record ReadBlock(JournalBlock Block);
}
