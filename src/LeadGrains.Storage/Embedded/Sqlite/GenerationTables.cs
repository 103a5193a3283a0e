using System.Globalization;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>
/// The tables of generations as such. Dropping a large one in one go would keep all others from writing for as long as
/// it takes, so its rows go before, some at a time.
/// </summary>
internal static class GenerationTables
{
    // Some milliseconds of work.
    private const int RowsAtOnce = 1_000;

    private static readonly (string Name, string Key)[] Large =
    [
        ("seen_chunks", "chunk"),
        ("grains", "grain"),
    ];

    /// <summary>The numbers of all generations that have tables, ascending.</summary>
    public static IReadOnlyList<long> Numbers(SqliteFile file)
    {
        var numbers = new SortedSet<long>();
        var rows = file.Prepare(
            """
            SELECT name FROM sqlite_schema WHERE type = 'table' AND (name GLOB 'grains_[0-9]*'
              OR name GLOB 'seen_chunks_[0-9]*' OR name GLOB 'checkpoints_[0-9]*')
            """);
        while (rows.Step())
        {
            var name = rows.Text(0);
            numbers.Add(long.Parse(name.AsSpan(name.LastIndexOf('_') + 1), NumberStyles.None, CultureInfo.InvariantCulture));
        }

        file.Release(rows);
        return [.. numbers];
    }

    /// <summary>Removes some rows. Runs inside the caller's transaction.</summary>
    /// <returns>False where only a few are left.</returns>
    public static bool DeleteSome(SqliteFile file, long number)
    {
        foreach (var (name, key) in Large)
        {
            var table = string.Create(CultureInfo.InvariantCulture, $"{name}_{number}");
            file.Run(DeleteFirst(table, key));
            if (file.Number("SELECT changes()") > 0)
                return true;
        }

        return false;
    }

    /// <summary>The statement that deletes the rows that come first.</summary>
    internal static string DeleteFirst(string table, string key) => string.Create(
        CultureInfo.InvariantCulture,
        $"DELETE FROM {table} WHERE {key} < (SELECT {key} FROM {table} ORDER BY {key} LIMIT 1 OFFSET {RowsAtOnce})");

    /// <summary>Drops them. Runs inside the caller's transaction.</summary>
    public static void Drop(SqliteFile file, long number)
    {
        foreach (var name in Large.Select(table => table.Name).Append("checkpoints"))
            file.Run(string.Create(CultureInfo.InvariantCulture, $"DROP TABLE IF EXISTS {name}_{number}"));
    }
}
