using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Embedded.Sqlite;

namespace LeadGrains.Storage.Tests.Support;

/// <summary>A grain store's file as earlier programs left it, when rows stood in two tables.</summary>
internal sealed class FormerGrainsFile : IDisposable
{
    private const int ChunkBits = 20;

    private static readonly string[] Steps = ["0001_initial.sql", "0002_generations.sql", "0003_activations.sql"];
    private readonly SqliteFile _file;
    private readonly bool _hasGenerations;
    private long _grain;

    /// <param name="path">Where it is made.</param>
    /// <param name="version">Of its schema, up to 3.</param>
    /// <param name="partitionCount">Of the store.</param>
    public FormerGrainsFile(string path, int version, int partitionCount)
    {
        _file = SqliteFile.OpenWriter(path);
        _hasGenerations = version > 1;
        foreach (var step in Steps.Take(version))
            _file.Run(SchemaFiles.Read(step));
        _file.Run($"INSERT INTO meta (name, value) VALUES ('store_id', '{Guid.Empty:D}'), ('partition_count', '{partitionCount}')");
        _file.Run($"PRAGMA application_id = {0x4C47524E}; PRAGMA user_version = {version}");
    }

    public void Run(string sql) => _file.Run(sql);

    /// <summary>Writes a row, its state, and its chunks, as of the time.</summary>
    public void Add(GrainRow row, long generation = 1)
    {
        var suffix = _hasGenerations ? $"_{generation}" : "";
        var grain = ++_grain;
        var (name, accountId, fit, intent, intentPoints, stage, traits, updatedAt) = row.Summary;
        Insert($"grains{suffix}", (long)row.Partition, (long)row.Key.Kind, row.Key.Workspace, row.Key.Id, grain, row.Version, (long)row.ModelVersion, (long)row.FirstSeenChunk, accountId, name, fit, intent, intentPoints, stage, updatedAt.Ticks, row.Resident);
        Insert($"grain_states{suffix}", grain, traits, row.State);
        foreach (var chunk in row.Seen)
            Insert($"seen_chunks{suffix}", (grain << ChunkBits) | (uint)(chunk.Number & ((1 << ChunkBits) - 1)), (long)chunk.Number, chunk.FirstReceived.Ticks, chunk.LastReceived.Ticks, chunk.Hashes);
    }

    public void Dispose() => _file.Dispose();

    private void Insert(string table, params object[] values)
    {
        var statement = _file.Prepare($"INSERT INTO {table} VALUES ({string.Join(", ", values.Select((_, i) => $"?{i + 1}"))})");
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is long whole)
                statement.Bind(i + 1, whole);
            else if (values[i] is double real)
                statement.Bind(i + 1, real);
            else if (values[i] is string text)
                statement.BindText(i + 1, text);
            else
                statement.BindBlob(i + 1, ((ReadOnlyMemory<byte>)values[i]).Span);
        }

        statement.Execute();
        _file.Release(statement);
    }
}
