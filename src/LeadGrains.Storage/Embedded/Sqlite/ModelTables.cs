using System.Globalization;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using Microsoft.Data.Sqlite;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>The stored models, and which of them is active. Writing runs inside the caller's transaction.</summary>
internal static class ModelTables
{
    /// <summary>All models, oldest first.</summary>
    public static IReadOnlyList<StoredModel> ReadModels(SqliteFile file)
    {
        var models = new List<StoredModel>();
        var rows = file.Prepare(
            """
            SELECT version, content_hash, yaml, published_by, published_at_ticks, comment, activated_by, activated_at_ticks, activation_comment
            FROM models ORDER BY version
            """);
        while (rows.Step())
        {
            models.Add(new StoredModel(
                (uint)rows.Int64(0), rows.Bytes(1).ToArray(), rows.Text(2), rows.Text(3), new Instant(rows.Int64(4)), rows.Text(5))
            {
                Activated = new ActivationNote(rows.Text(6), new Instant(rows.Int64(7)), rows.Text(8)),
            });
        }

        return models;
    }

    /// <summary>Null where no model was ever active.</summary>
    public static ActiveModel? ReadActive(SqliteFile file, int partitionCount)
    {
        var version = file.Number("SELECT model_version FROM active");
        if (version == 0)
            return null;
        var after = new long[partitionCount];
        var rows = file.Prepare("SELECT partition, sequence FROM model_takeovers");
        while (rows.Step())
            after[rows.Int64(0)] = rows.Int64(1);
        return new ActiveModel((uint)version, after);
    }

    /// <exception cref="InvalidOperationException">The version is taken.</exception>
    public static void Add(SqliteFile file, StoredModel model)
    {
        var insert = file.Prepare(
            """
            INSERT INTO models (version, content_hash, yaml, published_by, published_at_ticks, comment, activated_by, activated_at_ticks, activation_comment)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """);
        insert.Bind(1, model.Version);
        insert.BindBlob(2, model.ContentHash.Span);
        insert.BindText(3, model.Yaml);
        insert.BindText(4, model.PublishedBy);
        insert.Bind(5, model.PublishedAt.Ticks);
        insert.BindText(6, model.Comment);
        insert.BindText(7, model.Activated.By);
        insert.Bind(8, model.Activated.At.Ticks);
        insert.BindText(9, model.Activated.Comment);
        try
        {
            insert.Execute();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT)
        {
            throw new InvalidOperationException($"There is a model {model.Version} already.", e);
        }
        finally
        {
            file.Release(insert);
        }
    }

    /// <summary>Notes that a stored model is made active again.</summary>
    public static void Note(SqliteFile file, uint version, ActivationNote note)
    {
        var update = file.Prepare("UPDATE models SET activated_by = ?1, activated_at_ticks = ?2, activation_comment = ?3 WHERE version = ?4");
        update.BindText(1, note.By);
        update.Bind(2, note.At.Ticks);
        update.BindText(3, note.Comment);
        update.Bind(4, version);
        update.Execute();
        file.Release(update);
    }

    /// <summary>Names the active model and generation, and shows people the rows of it.</summary>
    public static void Activate(SqliteFile file, ActiveModel active, long generation)
    {
        file.Run(string.Create(
            CultureInfo.InvariantCulture, $"UPDATE active SET generation = {generation}, model_version = {active.Version}; DELETE FROM model_takeovers;"));
        var insert = file.Prepare("INSERT INTO model_takeovers (partition, sequence) VALUES (?1, ?2)");
        for (var partition = 0; partition < active.After.Count; partition++)
        {
            insert.Bind(1, (long)partition);
            insert.Bind(2, active.After[partition]);
            insert.Execute();
        }

        file.Release(insert);
        file.Run(SchemaFiles.Views(generation));
    }
}
