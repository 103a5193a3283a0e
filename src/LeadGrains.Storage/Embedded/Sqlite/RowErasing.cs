using LeadGrains.Grains;
using LeadGrains.Grains.Erasing;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>Removes a grain from a generation, with its state and what it remembers. Runs inside the caller's transaction.</summary>
internal static class RowErasing
{
    /// <returns>1, or 0 where there was none, or only one of a higher version than goes.</returns>
    public static long Run(SqliteFile file, long generation, int partition, ErasedId id)
    {
        if (Find(file, generation, partition, id.Key, id.Through) is not { } grain)
            return 0;
        Delete(file, $"DELETE FROM seen_chunks_{generation} WHERE chunk BETWEEN ?1 AND ?2", ChunkKey.First(grain), ChunkKey.Last(grain));
        Delete(file, $"DELETE FROM grains_{generation} WHERE grain BETWEEN ?1 AND ?2", grain, grain);
        return 1;
    }

    private static long? Find(SqliteFile file, long generation, int partition, GrainKey key, long through)
    {
        var row = file.Prepare($"SELECT grain FROM grains_{generation} WHERE partition = ?1 AND kind = ?2 AND workspace = ?3 AND id = ?4 AND version <= ?5");
        row.Bind(1, (long)partition);
        row.Bind(2, (long)key.Kind);
        row.BindText(3, key.Workspace);
        row.BindText(4, key.Id);
        row.Bind(5, through);
        long? grain = row.Step() ? row.Int64(0) : null;
        file.Release(row);
        return grain;
    }

    private static void Delete(SqliteFile file, string sql, long first, long last)
    {
        var rows = file.Prepare(sql);
        rows.Bind(1, first);
        rows.Bind(2, last);
        rows.Execute();
        file.Release(rows);
    }
}
