using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres.Leases;
using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Tables;

/// <summary>The tables of one generation. Every write holds the partition under its epoch first, in the same transaction.</summary>
internal sealed class PostgresGeneration(PostgresDatabase database, long number, int partitionCount) : IGrainGeneration
{
    private readonly RowWrites _writes = new(number);
    private readonly RowReads _reads = new(database, number, partitionCount);
    private readonly RowPages _pages = new(database, number);

    /// <summary>From 1; the names of its tables end in it.</summary>
    public long Number => number;

    /// <inheritdoc/>
    public Task<IReadOnlyList<long>> ReadCheckpointsAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<long>>(
        () => PostgresCommands.Of("SELECT partition, sequence FROM leadgrains.checkpoints WHERE generation = $1").With(number),
        async (rows, cancel) =>
        {
            var checkpoints = new long[partitionCount];
            while (await rows.ReadAsync(cancel))
                checkpoints[rows.GetInt32(0)] = rows.GetInt64(1);
            return checkpoints;
        },
        cancellationToken);

    /// <inheritdoc/>
    public IEnumerable<ResidentRow> ReadResidents(int firstPartition, int lastPartition, CancellationToken cancellationToken) =>
        ResidentReads.Read(database, number, firstPartition, lastPartition, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<GrainRow?>> ReadAsync(IReadOnlyList<GrainKey> keys, CancellationToken cancellationToken) =>
        _reads.ReadAsync(keys, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<GrainRow>> ReadPageAsync(int partition, GrainKey? after, int atMost, CancellationToken cancellationToken) =>
        _pages.ReadAsync(partition, after, atMost, cancellationToken);

    /// <inheritdoc/>
    public Task WriteAsync(int partition, long epoch, IReadOnlyList<GrainRow> rows, CancellationToken cancellationToken)
    {
        var ordered = rows.ToArray();
        foreach (var row in ordered)
            CheckPartition(row.Key, row.Partition, partition);
        return HeldAsync(
            partition,
            epoch,
            () =>
            {
                Array.Sort(ordered, InTheOrderTheyLieIn);
                return _writes.Put(partition, ordered);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task RefreshSummariesAsync(int partition, long epoch, IReadOnlyList<SummaryRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
            CheckPartition(row.Key, row.Partition, partition);
        return HeldAsync(partition, epoch, () => [_writes.Refresh(partition, rows)], cancellationToken);
    }

    /// <inheritdoc/>
    public Task SaveCheckpointAsync(int partition, long epoch, long sequence, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)partition, (uint)partitionCount, nameof(partition));
        return HeldAsync(
            partition,
            epoch,
            () =>
            [
                PostgresCommands.Of(
                    """
                    INSERT INTO leadgrains.checkpoints AS c (generation, partition, sequence) VALUES ($1, $2, $3)
                    ON CONFLICT (generation, partition) DO UPDATE SET sequence = greatest(c.sequence, excluded.sequence)
                    """).With(number).With(partition).With(sequence),
            ],
            cancellationToken);
    }

    private static void CheckPartition(GrainKey key, int partition, int expected)
    {
        if (partition != expected)
            throw new ArgumentException($"{key} is of partition {partition}, not {expected}.", nameof(partition));
    }

    // Neighbours are found on the same page of the index.
    private static int InTheOrderTheyLieIn(GrainRow left, GrainRow right)
    {
        // As numbers: enums compare as objects.
        var kinds = ((int)left.Key.Kind).CompareTo((int)right.Key.Kind);
        return kinds != 0 ? kinds : string.CompareOrdinal(left.Key.Id, right.Key.Id);
    }

    private Task HeldAsync(int partition, long epoch, Func<IEnumerable<NpgsqlBatchCommand>> commands, CancellationToken cancellationToken) =>
        database.WriteAsync(() => commands().Prepend(EpochCheck.Of([partition], [epoch])), cancellationToken);
}
