using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres.Leases;
using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Tables;

/// <summary>
/// The grains and models in PostgreSQL. What changes a generation is about all partitions, so it is done under the epochs of
/// all that this process owns.
/// </summary>
internal sealed class PostgresGrainStore : IGrainStore
{
    private readonly PostgresDatabase _database;
    private readonly IPartitionOwnership _ownership;
    private readonly GenerationRows _generations;
    private readonly long _firstActive;
    private readonly long _lastFound;
    private PostgresGeneration _active;

    private PostgresGrainStore(
        PostgresDatabase database, IPartitionOwnership ownership, int partitionCount, GenerationRows generations, long active, long lastFound)
    {
        _database = database;
        _ownership = ownership;
        PartitionCount = partitionCount;
        _generations = generations;
        _firstActive = active;
        _lastFound = lastFound;
        _active = new PostgresGeneration(database, active, partitionCount);
    }

    /// <inheritdoc/>
    public int PartitionCount { get; }

    /// <inheritdoc/>
    public IGrainGeneration Active => Volatile.Read(ref _active);

    /// <summary>Begins with the generation that is active.</summary>
    public static async Task<PostgresGrainStore> OpenAsync(
        PostgresDatabase database, IPartitionOwnership ownership, int partitionCount, TimeProvider clock, CancellationToken cancellationToken)
    {
        var generations = new GenerationRows(database, clock);
        var (numbers, active) = await generations.ReadAsync(cancellationToken);
        return new PostgresGrainStore(database, ownership, partitionCount, generations, active, numbers[^1]);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredModel>> ReadModelsAsync(CancellationToken cancellationToken) => ModelRows.ReadAsync(_database, cancellationToken);

    /// <inheritdoc/>
    public Task<ActiveModel?> ReadActiveModelAsync(CancellationToken cancellationToken) =>
        ModelRows.ReadActiveAsync(_database, PartitionCount, cancellationToken);

    /// <inheritdoc/>
    public async Task<IGrainGeneration> BeginGenerationAsync(CancellationToken cancellationToken) =>
        new PostgresGeneration(_database, await _generations.BeginAsync(_ownership.Owned, cancellationToken), PartitionCount);

    /// <inheritdoc/>
    public async Task ActivateAsync(ModelActivation activation, CancellationToken cancellationToken)
    {
        var generation = (PostgresGeneration?)activation.Generation ?? _active;
        await ActivateAsync(activation, generation.Number, cancellationToken);
        Volatile.Write(ref _active, generation);
    }

    /// <inheritdoc/>
    public Task DropAsync(IGrainGeneration generation, CancellationToken cancellationToken)
    {
        var number = ((PostgresGeneration)generation).Number;
        return generation == Active
            ? throw new InvalidOperationException($"Generation {number} is the active one.")
            : _generations.DropAsync(number, _ownership.Owned, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DropAbandonedAsync(CancellationToken cancellationToken)
    {
        // What was begun here is dropped by who began it.
        var (numbers, _) = await _generations.ReadAsync(cancellationToken);
        foreach (var number in numbers.Where(number => number <= _lastFound && number != _firstActive))
            await _generations.DropAsync(number, _ownership.Owned, cancellationToken);
    }

    /// <summary>The connections are closed by who opened them.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<object?> ActivateAsync(ModelActivation activation, long generation, CancellationToken cancellationToken)
    {
        var isOpen = false;
        return _database.PatientlyAsync<object?>(
            async connection =>
            {
                // An attempt before this one may have been committed, though its answer was lost.
                var wasOpen = isOpen;
                if (wasOpen && await ModelRows.IsActiveAsync(_database, activation, generation, cancellationToken))
                    return null;
                isOpen = true;
                await using var batch = new NpgsqlBatch(connection) { BatchCommands = { EpochCheck.Of(_ownership.Owned) } };
                foreach (var command in ModelRows.Activate(activation, generation))
                    batch.BatchCommands.Add(command);
                try
                {
                    await batch.ExecuteNonQueryAsync(cancellationToken);
                    return null;
                }
                catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
                {
                    // Or it was still at work when this one looked, and this one has waited for it.
                    if (wasOpen && await ModelRows.IsActiveAsync(_database, activation, generation, cancellationToken))
                        return null;
                    throw new InvalidOperationException($"There is a model {activation.Active.Version} already.", e);
                }
            },
            cancellationToken);
    }
}
