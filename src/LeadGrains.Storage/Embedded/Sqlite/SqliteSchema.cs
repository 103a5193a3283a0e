using System.Globalization;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>
/// The shape of the file. Each change is a numbered SQL file under <c>Schema</c> that is never edited afterwards; the
/// file's <c>user_version</c> says how many of them it has had.
/// </summary>
internal static class SqliteSchema
{
    // "LGRN", so that tools can tell what the file is.
    private const int ApplicationId = 0x4C47524E;

    // In meta, for as long as a copy is not whole: the store that it is made of.
    private const string CopyMark = "copy_of";

    private const string OneTable = "0004_one_table.sql";

    private static readonly string[] Steps = ["0001_initial.sql", "0002_generations.sql", "0003_activations.sql", OneTable];

    /// <summary>What this program writes and reads.</summary>
    public static int CurrentVersion => Steps.Length;

    /// <summary>Brings the file to the current shape, step by step; an empty file becomes the new store.</summary>
    /// <exception cref="StoreUnusableException">A newer program has written it, it is no grain store, or an unfinished copy.</exception>
    public static StoreIdentity Prepare(SqliteFile file, string path, StoreOpening opening)
    {
        var version = file.Number("PRAGMA user_version");
        var empty = file.Number("SELECT count(*) FROM sqlite_schema") == 0;
        if (version > CurrentVersion)
        {
            throw new StoreUnusableException(
                $"{path} has schema version {version}, and this program knows versions up to {CurrentVersion}. Run the newer program.");
        }

        if (!empty && file.Number("PRAGMA application_id") != ApplicationId)
            throw new StoreUnusableException($"{path} is a SQLite file, but not a grain store. Name another data folder.");
        if (version > 0)
            RequireMark(file, path, opening);
        if (version < CurrentVersion)
            file.InFlushedTransaction(() => Migrate(file, (int)version, opening));
        return ReadIdentity(file, path);
    }

    /// <summary>Takes away what says that the copy is not whole. Runs inside the caller's transaction.</summary>
    public static void FinishCopy(SqliteFile file) => file.Run($"DELETE FROM meta WHERE name = '{CopyMark}'");

    /// <summary>
    /// Says which shape it is, in a page that is written even where it says so already: a commit that writes nothing flushes
    /// nothing. Runs inside the caller's transaction.
    /// </summary>
    public static void WriteVersion(SqliteFile file) => file.Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {CurrentVersion}"));

    private static void RequireMark(SqliteFile file, string path, StoreOpening opening)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        opening.RequireMark(folder, Guid.TryParse(Meta(file, CopyMark), out var copied) ? copied : null, "remove that folder");
    }

    private static void Migrate(SqliteFile file, int version, StoreOpening opening)
    {
        foreach (var step in Steps.Skip(version))
            Run(file, step);
        file.Run(SchemaFiles.Views(file.Number("SELECT generation FROM active")));
        if (version == 0)
        {
            file.Run(string.Create(
                CultureInfo.InvariantCulture,
                $"INSERT INTO meta (name, value) VALUES ('store_id', '{opening.Created.Id:D}'), ('partition_count', '{opening.Created.PartitionCount}')"));
            if (opening.CopyOf is { } copied)
                file.Run(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO meta (name, value) VALUES ('{CopyMark}', '{copied:D}')"));
            file.Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}"));
        }

        WriteVersion(file);
    }

    private static void Run(SqliteFile file, string step)
    {
        if (step != OneTable)
        {
            file.Run(SchemaFiles.Read(step));
            return;
        }

        // They would follow the tables to their new names.
        foreach (var view in new[] { "contacts", "accounts", "grains", "grain_states" })
            file.Run($"DROP VIEW IF EXISTS {view}");
        foreach (var generation in GenerationTables.Numbers(file))
            file.Run(SchemaFiles.Of(step, generation));
    }

    private static StoreIdentity ReadIdentity(SqliteFile file, string path)
    {
        if (Guid.TryParse(Meta(file, "store_id"), out var id)
            && int.TryParse(Meta(file, "partition_count"), NumberStyles.None, CultureInfo.InvariantCulture, out var partitions)
            && partitions > 0)
            return new StoreIdentity(id, partitions);
        throw new StoreUnusableException($"{path} does not say which store it belongs to. Restore it from a backup.");
    }

    private static string? Meta(SqliteFile file, string name)
    {
        var statement = file.Prepare("SELECT value FROM meta WHERE name = ?1");
        statement.BindText(1, name);
        var value = statement.Step() ? statement.Text(0) : null;
        statement.Reset();
        return value;
    }
}
