using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>What is asked of registry.db, prepared once.</summary>
internal sealed class RegistryStatements(SqliteFile file)
{
    private readonly SqliteStatement _collections = file.Prepare("SELECT DISTINCT collection FROM documents ORDER BY collection");
    private readonly SqliteStatement _after = file.Prepare(
        "SELECT id, revision, body, body IS NULL FROM documents WHERE collection = ?1 AND revision > ?2 ORDER BY revision LIMIT ?3");
    private readonly SqliteStatement _one = file.Prepare(
        "SELECT id, revision, body, body IS NULL FROM documents WHERE collection = ?1 AND id = ?2 AND body IS NOT NULL");
    private readonly SqliteStatement _revision = file.Prepare(
        "SELECT revision FROM documents WHERE collection = ?1 AND id = ?2 AND body IS NOT NULL");
    private readonly SqliteStatement _count = file.Prepare("UPDATE counter SET revision = revision + 1");
    private readonly SqliteStatement _write = file.Prepare(
        "INSERT OR REPLACE INTO documents (collection, id, revision, body) SELECT ?1, ?2, revision, ?3 FROM counter");
    private readonly SqliteStatement _remove = file.Prepare(
        "INSERT OR REPLACE INTO documents (collection, id, revision, body) SELECT ?1, ?2, revision, NULL FROM counter");

    public List<string> ReadCollections()
    {
        var found = new List<string>();
        try
        {
            while (_collections.Step())
                found.Add(_collections.Text(0));
        }
        finally
        {
            _collections.Reset();
        }

        return found;
    }

    public List<RegistryDocument> Read(string collection, long afterRevision, int limit)
    {
        _after.BindText(1, collection);
        _after.Bind(2, afterRevision);
        _after.Bind(3, (long)limit);
        return Documents(_after);
    }

    public RegistryDocument? Find(string collection, string id)
    {
        _one.BindText(1, collection);
        _one.BindText(2, id);
        return Documents(_one).SingleOrDefault();
    }

    /// <summary>Runs inside the caller's transaction.</summary>
    public long? Write(string collection, string id, ReadOnlyMemory<byte>? body, long? expectedRevision)
    {
        if (expectedRevision is { } expected && expected != RevisionOf(collection, id))
            return null;
        _count.Execute();
        var write = body is null ? _remove : _write;
        write.BindText(1, collection);
        write.BindText(2, id);
        if (body is { } bytes)
            write.BindBlob(3, bytes.Span);
        write.Execute();
        return file.Number("SELECT revision FROM counter");
    }

    private static List<RegistryDocument> Documents(SqliteStatement rows)
    {
        var found = new List<RegistryDocument>();
        try
        {
            while (rows.Step())
            {
                ReadOnlyMemory<byte>? body = rows.Int64(3) == 0 ? rows.Bytes(2).ToArray() : default(ReadOnlyMemory<byte>?);
                found.Add(new RegistryDocument(rows.Text(0), rows.Int64(1), body));
            }
        }
        finally
        {
            rows.Reset();
        }

        return found;
    }

    // 0 where there is none.
    private long RevisionOf(string collection, string id)
    {
        _revision.BindText(1, collection);
        _revision.BindText(2, id);
        try
        {
            return _revision.Step() ? _revision.Int64(0) : 0;
        }
        finally
        {
            _revision.Reset();
        }
    }
}
