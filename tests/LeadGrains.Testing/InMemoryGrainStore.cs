using LeadGrains.Grains;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Testing;

/// <summary>A grain store in memory with the promises of a real one, and with the faults that tests need.</summary>
public sealed class InMemoryGrainStore : IGrainStore
{
    private readonly StoreFaults _faults = new();
    private readonly StoredModels _models;
    private readonly List<InMemoryGeneration> _generations = [];
    private readonly TestGate _activations = new();
    private readonly TestGate _drops = new();
    private InMemoryGeneration _active;

    /// <summary>An empty store.</summary>
    public InMemoryGrainStore(int partitionCount)
        : this(new StoredGrains(partitionCount), new StoredModels())
    {
    }

    private InMemoryGrainStore(StoredGrains grains, StoredModels models)
    {
        _models = models;
        _active = new InMemoryGeneration(grains, _faults);
        _generations.Add(_active);
    }

    /// <inheritdoc/>
    public int PartitionCount => _active.Grains.PartitionCount;

    /// <inheritdoc/>
    public IGrainGeneration Active => Volatile.Read(ref _active);

    /// <summary>Generations that take room.</summary>
    public int GenerationCount
    {
        get
        {
            lock (_faults.Gate)
                return _generations.Count;
        }
    }

    /// <summary>Lets an activation fail, 1 being the next one; those after it succeed.</summary>
    public void FailActivation(int activation, Exception failure) => _activations.Fail(activation, failure);

    /// <summary>From now on an activation waits before anything of it is stored.</summary>
    public void HoldActivations() => _activations.Hold();

    /// <summary>Lets the waiting activation and all later ones through.</summary>
    public void ReleaseActivations() => _activations.Release();

    /// <summary>Holds nothing any more.</summary>
    public void ReleaseAll()
    {
        _activations.Release();
        _drops.Release();
        _faults.Writes.Release();
        _faults.Reads.Release();
    }

    /// <summary>Activations that wait.</summary>
    public int WaitingActivations => _activations.Waiting;

    /// <summary>Lets a drop fail, 1 being the next one; those after it succeed.</summary>
    public void FailDrop(int drop, Exception failure) => _drops.Fail(drop, failure);

    /// <summary>From now on a drop goes on for ever, or until it is given up.</summary>
    public void HoldDrops() => _drops.Hold();

    /// <summary>How many of the latest writes <see cref="Crash"/> can take back.</summary>
    public int UndoableWrites
    {
        get
        {
            lock (_faults.Gate)
                return _active.Grains.UndoableWrites;
        }
    }

    /// <summary>Rows that <see cref="IGrainGeneration.ReadAsync"/> was asked for since the beginning.</summary>
    public long RowsRead => _faults.RowsRead;

    /// <summary>Rows that <see cref="IGrainGeneration.WriteAsync"/> was given since the beginning.</summary>
    public long RowsWritten => _faults.RowsWritten;

    /// <summary>The whole row as it was written, with what a store does not read back.</summary>
    public GrainRow? Inspect(GrainKey key)
    {
        lock (_faults.Gate)
            return _active.Grains.Find(key);
    }

    /// <summary>The columns for people of a grain, whether it has a row or not.</summary>
    public GrainSummary? InspectSummary(GrainKey key)
    {
        lock (_faults.Gate)
            return _active.Grains.SummaryOf(key);
    }

    /// <summary>Writes of rows and checkpoints that wait because of <see cref="HoldWrites"/>.</summary>
    public int WaitingWrites => _faults.Writes.Waiting;

    /// <summary>From now on rows and checkpoints wait before they are written.</summary>
    public void HoldWrites() => _faults.Writes.Hold();

    /// <summary>Lets the waiting writes and all later ones through.</summary>
    public void ReleaseWrites() => _faults.Writes.Release();

    /// <summary>Lets a write of rows or of a checkpoint fail, 1 being the next one; those after it succeed.</summary>
    public void FailWrite(int write, Exception failure) => _faults.Writes.Fail(write, failure);

    /// <summary>Whether the failure of <see cref="FailWrite"/> is still to come.</summary>
    public bool IsWriteFailureDue => _faults.Writes.IsFailureDue;

    /// <summary>From now on <see cref="IGrainGeneration.ReadAsync"/> waits before it answers.</summary>
    public void HoldReads() => _faults.Reads.Hold();

    /// <summary>Lets the waiting reads and all later ones through.</summary>
    public void ReleaseReads() => _faults.Reads.Release();

    /// <summary>Lets a call of <see cref="IGrainGeneration.ReadAsync"/> fail, 1 being the next one; those after it succeed.</summary>
    public void FailRead(int read, Exception failure) => _faults.Reads.Fail(read, failure);

    /// <summary>
    /// The process dies: waiting calls never complete, and this instance does nothing more. The new instance holds
    /// what was written.
    /// </summary>
    /// <param name="lostWrites">
    /// So many of the latest writes are gone as well, as a loss of power may do: rows and checkpoints are lost in the
    /// reverse order of their writing, so a checkpoint never outlives the rows it speaks of. Models, and which of them is
    /// active, are never lost.
    /// </param>
    public InMemoryGrainStore Crash(int lostWrites = 0)
    {
        lock (_faults.Gate)
        {
            _faults.IsCrashed = true;
            return new InMemoryGrainStore(_active.Grains.CopyWithout(lostWrites), _models.Copy());
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredModel>> ReadModelsAsync(CancellationToken cancellationToken)
    {
        lock (_faults.Gate)
            return Task.FromResult(_models.All);
    }

    /// <inheritdoc/>
    public Task<ActiveModel?> ReadActiveModelAsync(CancellationToken cancellationToken)
    {
        lock (_faults.Gate)
            return Task.FromResult(_models.Active);
    }

    /// <inheritdoc/>
    public Task<IGrainGeneration> BeginGenerationAsync(CancellationToken cancellationToken)
    {
        var begun = new InMemoryGeneration(new StoredGrains(PartitionCount), _faults);
        lock (_faults.Gate)
            _generations.Add(begun);
        return Task.FromResult<IGrainGeneration>(begun);
    }

    /// <inheritdoc/>
    public async Task ActivateAsync(ModelActivation activation, CancellationToken cancellationToken)
    {
        await _activations.PassAsync(cancellationToken);
        await _faults.PassWriteAsync(cancellationToken);
        lock (_faults.Gate)
        {
            if (_faults.IsCrashed)
                return;
            if (activation.Added is { } added)
                _models.Add(added);
            if (activation.Again is { } note)
                _models.Note(activation.Active.Version, note);
            _models.Activate(activation.Active);
            _active = (InMemoryGeneration?)activation.Generation ?? _active;
            _active.Grains.Flush();
        }
    }

    /// <inheritdoc/>
    public async Task DropAsync(IGrainGeneration generation, CancellationToken cancellationToken)
    {
        await _drops.PassAsync(cancellationToken);
        lock (_faults.Gate)
        {
            if (generation == _active)
                throw new InvalidOperationException("It is the active one.");
            _generations.Remove((InMemoryGeneration)generation);
        }
    }

    /// <inheritdoc/>
    public Task DropAbandonedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
