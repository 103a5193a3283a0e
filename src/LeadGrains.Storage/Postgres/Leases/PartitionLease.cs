using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Leases;

/// <summary>
/// All partitions of a store, held by this process alone. Taking them raises their epochs, which ends every earlier owner's
/// right to write. A heartbeat moves the end of the lease on, so that a second process knows that it is not wanted.
/// </summary>
internal sealed class PartitionLease : IPartitionOwnership, IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private readonly PostgresDatabase _database;
    private readonly TimeSpan _lease;
    private readonly TimeProvider _clock;
    private readonly int[] _partitions;
    private readonly long[] _epochs;
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource<Exception> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _beating;

    // By this machine's clock, before it was sent what the database last agreed to.
    private long _agreedTo;

    private PartitionLease(PostgresDatabase database, TimeSpan lease, TimeProvider clock, IReadOnlyList<OwnedPartition> owned, long sent)
    {
        _agreedTo = sent;
        _database = database;
        _lease = lease;
        _clock = clock;
        Owned = owned;
        _partitions = [.. owned.Select(partition => partition.Partition)];
        _epochs = [.. owned.Select(partition => partition.Epoch)];
        _beating = BeatAsync();
    }

    /// <inheritdoc/>
    public IReadOnlyList<OwnedPartition> Owned { get; }

    /// <summary>Completes with the reason when another process has taken a partition.</summary>
    public Task<Exception> Lost => _lost.Task;

    /// <inheritdoc/>
    public bool IsHeld => !_lost.Task.IsCompleted && _clock.GetElapsedTime(Volatile.Read(ref _agreedTo)) < _lease;

    /// <summary>Takes all partitions. Waits for the end of a lease that nobody renews any more.</summary>
    /// <exception cref="StoreUnusableException">Another process holds them and is alive.</exception>
    public static async Task<PartitionLease> TakeAsync(
        PostgresDatabase database, string owner, TimeSpan lease, int partitionCount, TimeProvider clock, CancellationToken cancellationToken)
    {
        LeaseHolder? first = null;
        while (true)
        {
            var sent = clock.GetTimestamp();
            if (await TryTakeAsync(database, owner, lease, partitionCount, cancellationToken) is { } owned)
                return new PartitionLease(database, lease, clock, owned, sent);
            if (await LeaseHolder.ReadAsync(database, cancellationToken) is not { } holder)
            {
                await Task.Delay(BetweenLooks, clock, cancellationToken);
                continue;
            }

            // A lease that moves is one of a process that lives.
            if (first is { } before && (holder.Owner != before.Owner || holder.ExpiresAt != before.ExpiresAt))
                throw new StoreUnusableException(
                    $"{database.Name} is in use by {holder.Owner}. Stop that process, or name another database.");
            first = holder;
            await Task.Delay(holder.Left + BetweenLooks, clock, cancellationToken);
        }
    }

    /// <summary>Gives the partitions back, so that the next process need not wait.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _beating;
        if (!_lost.Task.IsCompleted)
            await GiveBackAsync();
        _ending.Dispose();
    }

    private static Task<IReadOnlyList<OwnedPartition>?> TryTakeAsync(
        PostgresDatabase database, string owner, TimeSpan lease, int partitionCount, CancellationToken cancellationToken) => database.PatientlyAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using var take = new NpgsqlCommand(
                """
                WITH free AS (
                  SELECT partition FROM leadgrains.partitions WHERE expires_at <= clock_timestamp() ORDER BY partition FOR UPDATE)
                UPDATE leadgrains.partitions p SET owner = $1, epoch = epoch + 1, expires_at = clock_timestamp() + $2
                FROM free WHERE p.partition = free.partition RETURNING p.partition, p.epoch
                """,
                connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<string> { TypedValue = PostgresText.Write(owner) }, new NpgsqlParameter<TimeSpan> { TypedValue = lease },
                },
            };
            var taken = new List<OwnedPartition>();
            await using (var rows = await take.ExecuteReaderAsync(cancellationToken))
            {
                while (await rows.ReadAsync(cancellationToken))
                    taken.Add(new OwnedPartition(rows.GetInt32(0), rows.GetInt64(1)));
            }

            // All or none: half a store is of no use.
            if (taken.Count < partitionCount)
                return null;
            await transaction.CommitAsync(cancellationToken);
            return (IReadOnlyList<OwnedPartition>)[.. taken.OrderBy(partition => partition.Partition)];
        },
        cancellationToken);

    private async Task BeatAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(_lease / 4, _clock, _ending.Token);
                var kept = await MoveEndAsync(_lease, _ending.Token);
                if (kept == _partitions.Length)
                    continue;
                Lose(new StaleEpochException("Another process has taken the partitions of the database."));
                return;
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // However the heartbeat ends, the partitions are lost soon after, and the server has to know.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Lose(failure);
        }
    }

    private void Lose(Exception reason)
    {
        _database.GiveUp();
        _lost.TrySetResult(reason);
    }

    // How many of the partitions are still held under these epochs.
    private Task<int> MoveEndAsync(TimeSpan fromNow, CancellationToken cancellationToken) => _database.PatientlyAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(
                """
                WITH mine AS (
                  SELECT p.partition FROM leadgrains.partitions p JOIN unnest($1, $2) AS m (partition, epoch) USING (partition, epoch)
                  ORDER BY p.partition FOR NO KEY UPDATE OF p)
                UPDATE leadgrains.partitions p SET expires_at = clock_timestamp() + $3 FROM mine WHERE p.partition = mine.partition
                """,
                connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<int[]> { TypedValue = _partitions }, new NpgsqlParameter<long[]> { TypedValue = _epochs },
                    new NpgsqlParameter<TimeSpan> { TypedValue = fromNow },
                },
                CommandTimeout = Math.Max(1, (int)(_lease / 4).TotalSeconds),
            };
            var sent = _clock.GetTimestamp();
            var kept = await command.ExecuteNonQueryAsync(cancellationToken);
            if (kept == _partitions.Length)
                Volatile.Write(ref _agreedTo, sent);
            return kept;
        },
        cancellationToken);

    private async Task GiveBackAsync()
    {
        using var atMost = new CancellationTokenSource(_lease, _clock);
        try
        {
            await MoveEndAsync(TimeSpan.Zero, atMost.Token);
        }
        catch (Exception e) when (e is PartitionUnavailableException or NpgsqlException or OperationCanceledException)
        {
            // The lease ends by itself, which takes no longer.
        }
    }
}
