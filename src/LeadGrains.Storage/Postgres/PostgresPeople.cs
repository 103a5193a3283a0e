using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Retention;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres.Journals;
using LeadGrains.Storage.Postgres.Sessions;
using LeadGrains.Storage.Postgres.Tables;

namespace LeadGrains.Storage.Postgres;

/// <summary>Forgets people in a database.</summary>
internal sealed class PostgresPeople(PostgresDatabase database, PostgresJournal journal) : IPersonalData
{
    private readonly JournalAgeing _signals = new(database, journal.PartitionCount);

    /// <inheritdoc/>
    public async Task<ErasedEntries> EraseEntriesAsync(EntryErasure erasure, CancellationToken cancellationToken)
    {
        var erased = default(ErasedEntries);
        for (var partition = 0; partition < journal.PartitionCount; partition++)
            erased += await JournalErasing.RunAsync(database, partition, erasure, cancellationToken);
        journal.Forget();
        return erased;
    }

    /// <inheritdoc/>
    public async Task<ErasedEntries> RemoveSignalsAsync(SignalRemoval removal, Func<Task> rest, CancellationToken cancellationToken)
    {
        var removed = default(ErasedEntries);
        for (var partition = 0; partition < journal.PartitionCount; partition++)
            removed += await _signals.RunAsync(partition, removal, rest, cancellationToken);
        journal.Forget();
        return removed;
    }

    /// <inheritdoc/>
    public async Task<long> EraseRowsAsync(IReadOnlyList<ErasedId> ids, CancellationToken cancellationToken)
    {
        var (numbers, _) = await GenerationRows.ReadAsync(database, cancellationToken);
        long removed = 0;
        foreach (var number in numbers)
            removed += await RowErasing.RunAsync(database, number, ids, journal.PartitionCount, cancellationToken);
        return removed;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SearchedPlace>> SearchAsync(IReadOnlyList<ReadOnlyMemory<byte>> texts, CancellationToken cancellationToken)
    {
        long bytes = 0, found = 0;
        for (var partition = 0; partition < journal.PartitionCount; partition++)
        {
            var searched = await JournalErasing.SearchAsync(database, partition, texts, cancellationToken);
            (bytes, found) = (bytes + searched.Bytes, found + searched.Found);
        }

        var places = new List<SearchedPlace> { new("journal", bytes, found) };
        var (numbers, _) = await GenerationRows.ReadAsync(database, cancellationToken);
        foreach (var number in numbers)
            places.AddRange(await RowErasing.SearchAsync(database, number, texts, cancellationToken));
        return places;
    }
}
