using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Embedded.Segments;
using LeadGrains.Storage.Embedded.Sqlite;

namespace LeadGrains.Storage.Embedded;

/// <summary>
/// The store that needs no server: a folder with the journal's segments under <c>journal/</c>, the grains in
/// <c>grains.db</c> and the registry in <c>registry.db</c>, for one process at a time.
/// </summary>
public sealed class EmbeddedStore : IAsyncDisposable
{
    private const string GrainsFile = "grains.db";
    private const string JournalFolder = "journal";
    private const int DefaultPartitionCount = 16;
    private const int MaxPartitionCount = 4_096;
    private const long MinSegmentBytes = 4 * 1_024;
    private const long MaxSegmentBytes = 1 << 30;

    private readonly FolderLock _lock;
    private readonly SqliteGrainStore _grains;
    private readonly SegmentJournal _journal;
    private readonly SqliteRegistry _registry;
    private readonly EmbeddedPeople _people;

    private EmbeddedStore(FolderLock held, string folder, SqliteGrainStore grains, SegmentJournal journal, SqliteRegistry registry)
    {
        _people = new EmbeddedPeople(Path.Combine(folder, GrainsFile), Path.Combine(folder, JournalFolder), grains, journal);
        _lock = held;
        _grains = grains;
        _journal = journal;
        _registry = registry;
    }

    /// <summary>Which store it is, for life.</summary>
    public Guid Id => _grains.Identity.Id;

    /// <summary>The entries.</summary>
    public IJournal Journal => _journal;

    /// <summary>The grains at rest.</summary>
    public IGrainStore Grains => _grains;

    /// <summary>What operators have set up.</summary>
    public IRegistry Registry => _registry;

    /// <summary>Forgets people.</summary>
    public IPersonalData People => _people;

    /// <summary>The unfinished commit that opening cut off the journal; null where there was none.</summary>
    public TornTail? TornTail => _journal.TornTail;

    /// <summary>Opens the store of a folder, and creates it where the folder has none.</summary>
    /// <exception cref="StoreUnusableException">
    /// The folder is in use or not writable, the store is newer than the program or has another partition count, or its
    /// parts do not belong together. The message says what to do.
    /// </exception>
    /// <exception cref="JournalDamagedException">Something in the journal before its tail is not as it was written.</exception>
    public static Task<EmbeddedStore> OpenAsync(EmbeddedStoreOptions options, CancellationToken cancellationToken) =>
        OpenAsync(options, new Disk(), cancellationToken);

    /// <summary>The copy is whole, and on disk when the task is done: from now on the store is opened to be used.</summary>
    public Task FinishCopyAsync(CancellationToken cancellationToken) => _grains.FinishCopyAsync(cancellationToken);

    /// <summary>Finishes what was handed over and closes the files, the lock last.</summary>
    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        await _grains.DisposeAsync();
        await _registry.DisposeAsync();
        _people.Dispose();
        _lock.Dispose();
    }

    internal static async Task<EmbeddedStore> OpenAsync(EmbeddedStoreOptions options, Disk disk, CancellationToken cancellationToken)
    {
        Check(options);
        var opening = new StoreOpening(
            new StoreIdentity(options.NewStoreId, options.PartitionCount ?? DefaultPartitionCount), options.MustExist, options.CopyOf);
        if (!File.Exists(Path.Combine(options.Folder, GrainsFile)))
            opening.RequireStore(Path.GetFullPath(options.Folder));
        var held = TakeFolder(options.Folder, disk);
        SqliteGrainStore? grains = null;
        SegmentJournal? journal = null;
        SqliteRegistry? registry = null;
        try
        {
            var journalPath = Path.Combine(options.Folder, JournalFolder);
            var grainsPath = Path.Combine(options.Folder, GrainsFile);
            RefuseJournalAlone(journalPath, grainsPath);
            grains = SqliteGrainStore.Open(grainsPath, opening);
            RefuseOtherCount(options, grains.PartitionCount);
            var checkpoints = await grains.Active.ReadCheckpointsAsync(cancellationToken);
            RefuseGrainsAlone(journalPath, checkpoints);
            journal = await Task.Run(
                () => SegmentJournal.Open(journalPath, grains.Identity, options.SegmentBytes, disk, options.Clock), cancellationToken);
            registry = SqliteRegistry.Open(options.Folder);
            disk.FlushFolder(options.Folder);
            RefuseShorterJournal(journal, checkpoints);
            return new EmbeddedStore(held, options.Folder, grains, journal, registry);
        }
        catch
        {
            if (registry is not null)
                await registry.DisposeAsync();
            if (journal is not null)
                await journal.DisposeAsync();
            if (grains is not null)
                await grains.DisposeAsync();
            held.Dispose();
            throw;
        }
    }

    private static void Check(EmbeddedStoreOptions options)
    {
        if (options.PartitionCount is < 1 or > MaxPartitionCount)
            throw new ArgumentOutOfRangeException(nameof(options), $"A store has 1 to {MaxPartitionCount} partitions, not {options.PartitionCount}.");
        if (options.SegmentBytes is < MinSegmentBytes or > MaxSegmentBytes)
            throw new ArgumentOutOfRangeException(nameof(options), $"A segment has {MinSegmentBytes} to {MaxSegmentBytes} bytes, not {options.SegmentBytes}.");
    }

    private static FolderLock TakeFolder(string folder, Disk disk)
    {
        try
        {
            MakeFolder(Path.GetFullPath(folder), disk);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnusableException($"The data folder {folder} cannot be made: {e.Message}", e);
        }

        return FolderLock.Take(folder);
    }

    // A new folder is durable when its name is, in the folder around it.
    private static void MakeFolder(string folder, Disk disk)
    {
        if (Directory.Exists(folder))
            return;
        var parent = Path.GetDirectoryName(folder)!;
        MakeFolder(parent, disk);
        PrivateFolder.Make(folder);
        disk.FlushFolder(parent);
    }

    private static void RefuseJournalAlone(string journalPath, string grainsPath)
    {
        if (!File.Exists(grainsPath) && Directory.Exists(journalPath) && Directory.EnumerateFiles(journalPath, "*.seg").Any())
            throw new StoreUnusableException($"{journalPath} has a journal, but {grainsPath} is missing. Restore it from a backup; the journal brings it up to date.");
    }

    private static void RefuseGrainsAlone(string journalPath, IReadOnlyList<long> checkpoints)
    {
        var hasJournal = Directory.Exists(journalPath) && Directory.EnumerateFiles(journalPath, "*.seg").Any();
        if (!hasJournal && checkpoints.Any(sequence => sequence > 0))
            throw new StoreUnusableException($"The journal in {journalPath} is missing. Restore it from a backup.");
    }

    private static void RefuseOtherCount(EmbeddedStoreOptions options, int partitionCount)
    {
        if (options.PartitionCount is { } asked && asked != partitionCount)
        {
            throw new StoreUnusableException(
                $"The store in {options.Folder} has {partitionCount} partitions, and {asked} were asked for. The number is fixed when a store is created: leave it out, or name another folder.");
        }
    }

    private static void RefuseShorterJournal(SegmentJournal journal, IReadOnlyList<long> checkpoints)
    {
        for (var partition = 0; partition < checkpoints.Count; partition++)
        {
            if (journal.LastSequence(partition) < checkpoints[partition])
            {
                throw new StoreUnusableException(
                    $"The journal ends before the grains do: partition {partition} has entries up to {journal.LastSequence(partition)}, its rows hold those up to {checkpoints[partition]}. Restore both parts from one backup.");
            }
        }
    }
}
