using System.Data.Common;
using System.Runtime.InteropServices;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using LeadGrains.Storage.Postgres.Sessions;

namespace LeadGrains.Storage.Postgres.Tables;

/// <summary>Reads rows by key from the tables of one generation.</summary>
internal sealed class RowReads(PostgresDatabase database, long generation, int partitionCount)
{
    // One statement sees one moment. Each part looks every key up by itself, whatever is known of the table's size: what
    // OFFSET stands in is not merged with what is around it.
    private readonly string _read =
        $"""
        SELECT k.place::integer, NULL::integer AS number, g.version, g.model_version, g.first_seen_chunk, g.state
        FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS k (partition, kind, workspace, id, place)
        CROSS JOIN LATERAL (SELECT version, model_version, first_seen_chunk, state FROM leadgrains.grains_{generation} g
          WHERE g.partition = k.partition AND g.kind = k.kind AND g.workspace = k.workspace AND g.id = k.id AND g.version > 0 OFFSET 0) g
        UNION ALL
        SELECT k.place::integer, c.number, c.first_received_ticks, c.last_received_ticks, 0, c.hashes
        FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS k (partition, kind, workspace, id, place)
        CROSS JOIN LATERAL (SELECT number, first_received_ticks, last_received_ticks, hashes FROM leadgrains.seen_chunks_{generation} c
          WHERE c.partition = k.partition AND c.kind = k.kind AND c.workspace = k.workspace AND c.id = k.id OFFSET 0) c
        """;

    /// <summary>The rows of the keys as they stood at one moment; null where there is none.</summary>
    public Task<IReadOnlyList<GrainRow?>> ReadAsync(IReadOnlyList<GrainKey> keys, CancellationToken cancellationToken)
    {
        var partitions = new int[keys.Count];
        var columns = new RowKeys(keys.Count);
        for (var i = 0; i < partitions.Length; i++)
        {
            partitions[i] = KeyHash.PartitionOf(KeyHash.Of(keys[i]), partitionCount);
            columns.Add(keys[i]);
        }

        return database.ReadAsync<IReadOnlyList<GrainRow?>>(
            () => columns.AddTo(PostgresCommands.Of(_read).With(partitions)),
            async (rows, cancel) =>
            {
                var found = new Found[partitions.Length];
                while (await rows.ReadAsync(cancel))
                    Take(rows, ref found[rows.GetInt32(0) - 1]);
                return [.. keys.Select((key, i) => RowOf(key, partitions[i], found[i]))];
            },
            cancellationToken);
    }

    private static void Take(DbDataReader row, ref Found found)
    {
        if (row.IsDBNull(1))
        {
            found.State = row.GetFieldValue<byte[]>(5);
            found.Version = row.GetInt64(2);
            found.ModelVersion = row.GetInt64(3);
            found.FirstSeenChunk = row.GetInt32(4);
        }
        else
        {
            (found.Chunks ??= []).Add(new SeenChunk(row.GetInt32(1), new Instant(row.GetInt64(2)), new Instant(row.GetInt64(3)), row.GetFieldValue<byte[]>(5)));
        }
    }

    private static GrainRow? RowOf(GrainKey key, int partition, in Found found)
    {
        if (found.State is null)
            return null;
        found.Chunks?.Sort((left, right) => left.Number.CompareTo(right.Number));
        return new GrainRow
        {
            Key = key,
            Partition = partition,
            Version = found.Version,
            ModelVersion = (uint)found.ModelVersion,
            State = found.State,
            Resident = ReadOnlyMemory<byte>.Empty,
            Summary = GrainSummary.Unread,
            Seen = found.Chunks ?? [],
            FirstSeenChunk = found.FirstSeenChunk,
        };
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Found
    {
        public byte[]? State;
        public long Version;
        public long ModelVersion;
        public int FirstSeenChunk;
        public List<SeenChunk>? Chunks;
    }
}
