using System.Data.Common;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Tables;

/// <summary>The stored models, and which of them is active.</summary>
internal static class ModelRows
{
    /// <summary>All models, oldest first.</summary>
    public static Task<IReadOnlyList<StoredModel>> ReadAsync(PostgresDatabase database, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StoredModel>>(
            () => PostgresCommands.Of(
                """
                SELECT version, content_hash, yaml, published_by, published_at_ticks, comment, activated_by, activated_at_ticks, activation_comment
                FROM leadgrains.models ORDER BY version
                """),
            async (rows, cancel) =>
            {
                var models = new List<StoredModel>();
                while (await rows.ReadAsync(cancel))
                {
                    models.Add(new StoredModel(
                        (uint)rows.GetInt64(0), rows.GetFieldValue<byte[]>(1), Text(rows, 2), Text(rows, 3), new Instant(rows.GetInt64(4)), Text(rows, 5))
                    {
                        Activated = new ActivationNote(Text(rows, 6), new Instant(rows.GetInt64(7)), Text(rows, 8)),
                    });
                }

                return models;
            },
            cancellationToken);

    /// <summary>Null where no model was ever active.</summary>
    public static Task<ActiveModel?> ReadActiveAsync(PostgresDatabase database, int partitionCount, CancellationToken cancellationToken) =>
        database.ReadAsync<ActiveModel?>(
            () => PostgresCommands.Of(
                "SELECT a.model_version, t.partition, t.sequence FROM leadgrains.active a LEFT JOIN leadgrains.model_takeovers t ON true"),
            async (rows, cancel) =>
            {
                var after = new long[partitionCount];
                long version = 0;
                while (await rows.ReadAsync(cancel))
                {
                    version = rows.GetInt64(0);
                    if (!rows.IsDBNull(1))
                        after[rows.GetInt32(1)] = rows.GetInt64(2);
                }

                return version == 0 ? null : new ActiveModel((uint)version, after);
            },
            cancellationToken);

    /// <summary>All that an activation writes.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Activate(ModelActivation activation, long generation)
    {
        if (activation.Added is { } added)
            yield return Add(added);
        if (activation.Again is { } note)
        {
            yield return PostgresCommands.Of(
                "UPDATE leadgrains.models SET activated_by = $1, activated_at_ticks = $2, activation_comment = $3 WHERE version = $4")
                .With(PostgresText.Write(note.By)).With(note.At.Ticks).With(PostgresText.Write(note.Comment)).With((long)activation.Active.Version);
        }

        yield return PostgresCommands.Of("UPDATE leadgrains.active SET generation = $1, model_version = $2").With(generation).With((long)activation.Active.Version);
        yield return PostgresCommands.Of("DELETE FROM leadgrains.model_takeovers");
        yield return PostgresCommands.Of(
            "INSERT INTO leadgrains.model_takeovers (partition, sequence) SELECT place - 1, sequence FROM unnest($1) WITH ORDINALITY AS t (sequence, place)")
            .With(activation.Active.After.ToArray());
    }

    /// <summary>Whether an activation has happened: its model is active over its generation.</summary>
    public static Task<bool> IsActiveAsync(PostgresDatabase database, ModelActivation activation, long generation, CancellationToken cancellationToken) =>
        database.ReadAsync(
            () => PostgresCommands.Of(
                """
                SELECT EXISTS (SELECT FROM leadgrains.active a JOIN leadgrains.models m ON m.version = a.model_version
                  WHERE a.generation = $1 AND a.model_version = $2 AND (m.content_hash = $3 OR $3 = ''))
                """)
                .With(generation).With((long)activation.Active.Version).WithBytes(activation.Added?.ContentHash ?? default),
            async (rows, cancel) => await rows.ReadAsync(cancel) && rows.GetBoolean(0),
            cancellationToken);

    private static NpgsqlBatchCommand Add(StoredModel model) => PostgresCommands.Of(
        """
        INSERT INTO leadgrains.models (version, content_hash, yaml, published_by, published_at_ticks, comment, activated_by, activated_at_ticks, activation_comment)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """)
        .With((long)model.Version).WithBytes(model.ContentHash).With(PostgresText.Write(model.Yaml))
        .With(PostgresText.Write(model.PublishedBy)).With(model.PublishedAt.Ticks).With(PostgresText.Write(model.Comment))
        .With(PostgresText.Write(model.Activated.By)).With(model.Activated.At.Ticks).With(PostgresText.Write(model.Activated.Comment));

    private static string Text(DbDataReader row, int column) => PostgresText.Read(row.GetString(column));
}
