using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Retention;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Embedded.Segments;
using LeadGrains.Storage.Embedded.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Storage.Embedded;

/// <summary>Forgets people in a data folder.</summary>
internal sealed class EmbeddedPeople(string grainsPath, string journalPath, SqliteGrainStore grains, SegmentJournal journal)
    : IPersonalData, IDisposable
{
    // Shorter texts are parts of others, and are found wherever those stand.
    private const int TellingBytes = 8;

    // Others write rows between two pieces.
    private const int GapsAtOnce = 1_000;

    // A file of SQLite's that this process closes takes SQLite's locks with it: it stays open until SQLite is done.
    private readonly Lock _opening = new();
    private SafeFileHandle? _grainsFile;
    private int _writtenAnew;

    /// <inheritdoc/>
    public Task<ErasedEntries> EraseEntriesAsync(EntryErasure erasure, CancellationToken cancellationToken) =>
        journal.EraseAsync(erasure, cancellationToken);

    /// <inheritdoc/>
    public async Task<ErasedEntries> RemoveSignalsAsync(SignalRemoval removal, Func<Task> rest, CancellationToken cancellationToken)
    {
        // A loss of power takes back rows that are not flushed, and with them the checkpoint that says what they hold: they
        // would be made again from signals that are gone by then.
        await grains.FlushAsync(cancellationToken);
        return await journal.RemoveAsync(removal, RestAsync, cancellationToken);

        async Task RestAsync()
        {
            await rest();
            await grains.FlushAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<long> EraseRowsAsync(IReadOnlyList<ErasedId> ids, CancellationToken cancellationToken)
    {
        var removed = await grains.EraseAsync(ids, cancellationToken);
        await grains.TidyAsync(isThorough: false, cancellationToken);
        return removed;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SearchedPlace>> SearchAsync(IReadOnlyList<ReadOnlyMemory<byte>> texts, CancellationToken cancellationToken)
    {
        var isTidy = await grains.TidyAsync(isThorough: false, cancellationToken);
        var rows = await SearchGrainsAsync(texts, cancellationToken);
        // What somebody reads yet stays where it is until he has done.
        if (isTidy && rows.Found > 0)
            rows = await OverwriteAsync(texts, rows, cancellationToken);
        return [await Task.Run(() => SearchJournal(texts, cancellationToken), cancellationToken), rows];
    }

    /// <summary>After SQLite has closed its files.</summary>
    public void Dispose() => _grainsFile?.Dispose();

    private async Task<SearchedPlace> OverwriteAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> texts, SearchedPlace rows, CancellationToken cancellationToken)
    {
        var pages = await Task.Run(() => PageGaps.Find(OpenGrains(), texts, cancellationToken), cancellationToken);
        foreach (var some in pages.Chunk(GapsAtOnce))
        {
            if (!await grains.OverwriteGapsAsync(OpenGrains(), some, cancellationToken))
                return rows;
        }

        if (pages.Count > 0)
            rows = await SearchGrainsAsync(texts, cancellationToken);
        // Once is enough: it is for what was deleted before deleting overwrote anything. More would cost everybody, since the ids of
        // others may have this one in them, and nobody writes rows meanwhile.
        if (rows.Found == 0 || texts.All(text => text.Length < TellingBytes) || Interlocked.Exchange(ref _writtenAnew, 1) != 0)
            return rows;
        await grains.TidyAsync(isThorough: true, cancellationToken);
        return await SearchGrainsAsync(texts, cancellationToken);
    }

    private Task<SearchedPlace> SearchGrainsAsync(IReadOnlyList<ReadOnlyMemory<byte>> texts, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var search = new ByteSearch(texts);
            search.Run(OpenGrains(), cancellationToken);
            var waiting = grainsPath + "-wal";
            if (File.Exists(waiting))
                search.Run(waiting, cancellationToken);
            return search.In("grains.db");
        },
        cancellationToken);

    private SearchedPlace SearchJournal(IReadOnlyList<ReadOnlyMemory<byte>> texts, CancellationToken cancellationToken)
    {
        var search = new ByteSearch(texts);
        foreach (var file in Directory.GetFiles(journalPath))
            search.Run(file, cancellationToken);
        return search.In("journal");
    }

    private SafeFileHandle OpenGrains()
    {
        lock (_opening)
            return _grainsFile ??= File.OpenHandle(grainsPath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }
}
