using System.Text;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Testing;

/// <summary>A generation in memory with the promises of a real one.</summary>
internal sealed class InMemoryGeneration(StoredGrains grains, StoreFaults faults) : IGrainGeneration
{
    private readonly List<GrainKey> _places = [];

    /// <summary>What is on its disk. Under the faults' gate.</summary>
    public StoredGrains Grains => grains;

    /// <inheritdoc/>
    public Task<IReadOnlyList<long>> ReadCheckpointsAsync(CancellationToken cancellationToken)
    {
        lock (faults.Gate)
            return Task.FromResult<IReadOnlyList<long>>(grains.Checkpoints());
    }

    /// <inheritdoc/>
    public IEnumerable<ResidentRow> ReadResidents(int firstPartition, int lastPartition, CancellationToken cancellationToken)
    {
        List<GrainRow> rows;
        lock (faults.Gate)
            rows = [.. grains.Rows.Where(row => row.Partition >= firstPartition && row.Partition <= lastPartition)];
        byte[] lent = [];
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Whoever keeps a row's bytes for longer than allowed sees nonsense here, as with a real store.
            lent.AsSpan().Fill(0xEE);
            lent = [.. Encoding.UTF8.GetBytes(row.Key.Id), .. row.Resident.Span];
            var id = lent.AsMemory(0, lent.Length - row.Resident.Length);
            yield return new ResidentRow(
                row.Key.Workspace, row.Key.Kind, id, row.Partition, row.Version, row.ModelVersion, row.Summary.Stage, lent.AsMemory(id.Length), PlaceOf(row.Key));
        }

        lent.AsSpan().Fill(0xEE);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<GrainRow?>> ReadAsync(IReadOnlyList<GrainKey> keys, CancellationToken cancellationToken)
    {
        await faults.Reads.PassAsync(cancellationToken);
        faults.CountRead(keys.Count);
        lock (faults.Gate)
            return [.. keys.Select(grains.Read)];
    }

    /// <inheritdoc/>
    public IEnumerable<RestingGrain> ReadAt(IReadOnlyList<long> places, CancellationToken cancellationToken)
    {
        faults.Reads.PassAsync(cancellationToken).GetAwaiter().GetResult();
        faults.CountRead(places.Count);
        byte[] lent = [];
        foreach (var place in places)
        {
            cancellationToken.ThrowIfCancellationRequested();
            GrainRow row;
            lock (faults.Gate)
                row = grains.Read(_places[(int)place - 1]) ?? throw new StoreUnusableException("There is no row at the place.");
            lent.AsSpan().Fill(0xEE);
            lent = row.State.ToArray();
            yield return new RestingGrain(lent, row.Seen, place);
        }

        lent.AsSpan().Fill(0xEE);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<GrainRow>> ReadPageAsync(int partition, GrainKey? after, int atMost, CancellationToken cancellationToken)
    {
        lock (faults.Gate)
            return Task.FromResult(grains.Page(partition, after, atMost));
    }

    /// <inheritdoc/>
    public async Task WriteAsync(int partition, long epoch, IReadOnlyList<GrainRow> rows, CancellationToken cancellationToken)
    {
        await faults.PassWriteAsync(cancellationToken);
        faults.CountWritten(rows.Count);
        lock (faults.Gate)
        {
            if (!faults.IsCrashed)
                grains.Write(partition, rows);
        }
    }

    /// <inheritdoc/>
    public async Task RefreshSummariesAsync(
        int partition, long epoch, IReadOnlyList<SummaryRow> rows, CancellationToken cancellationToken)
    {
        await faults.PassWriteAsync(cancellationToken);
        lock (faults.Gate)
        {
            if (!faults.IsCrashed)
                grains.Refresh(rows);
        }
    }

    /// <inheritdoc/>
    public async Task SaveCheckpointAsync(int partition, long epoch, long sequence, CancellationToken cancellationToken)
    {
        await faults.PassWriteAsync(cancellationToken);
        lock (faults.Gate)
        {
            if (!faults.IsCrashed)
                grains.SaveCheckpoint(partition, sequence);
        }
    }

    // From 1; another one each time.
    private int PlaceOf(GrainKey key)
    {
        lock (faults.Gate)
        {
            _places.Add(key);
            return _places.Count;
        }
    }
}
