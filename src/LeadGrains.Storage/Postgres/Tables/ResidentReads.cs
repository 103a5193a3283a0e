using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Tables;

/// <summary>Reads what a restart needs of a range of partitions, as it comes from the server.</summary>
internal static class ResidentReads
{
    public static IEnumerable<ResidentRow> Read(
        PostgresDatabase database, long generation, int firstPartition, int lastPartition, CancellationToken cancellationToken) =>
        database.ReadAlong(connection => Read(connection, generation, firstPartition, lastPartition, cancellationToken), cancellationToken);

    private static IEnumerable<ResidentRow> Read(
        NpgsqlConnection connection, long generation, int firstPartition, int lastPartition, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(
            $"""
            SELECT partition, kind, workspace, id, version, model_version, stage, resident FROM leadgrains.grains_{generation}
            WHERE partition BETWEEN $1 AND $2 AND version > 0
            """,
            connection)
        {
            Parameters = { new NpgsqlParameter<int> { TypedValue = firstPartition }, new NpgsqlParameter<int> { TypedValue = lastPartition } },
        };
        using var rows = command.ExecuteReader();
        var (workspaces, stages) = (new LastText(), new LastText());
        while (rows.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ResidentRow(
                workspaces.Of(rows.GetString(2)), (GrainKind)rows.GetInt16(1), PostgresText.Read(rows.GetFieldValue<byte[]>(3)), rows.GetInt32(0),
                rows.GetInt64(4), (uint)rows.GetInt64(5), stages.Of(rows.GetString(6)), rows.GetFieldValue<byte[]>(7));
        }
    }

    // Neighbouring rows mostly agree: one string serves them all.
    private sealed class LastText
    {
        private string _stored = "";
        private string _text = "";

        public string Of(string stored)
        {
            if (stored != _stored)
                (_stored, _text) = (stored, PostgresText.Read(stored));
            return _text;
        }
    }
}
