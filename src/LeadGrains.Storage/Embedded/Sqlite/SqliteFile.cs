using Microsoft.Data.Sqlite;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>One connection to the file, with the settings that the store relies on. Used by one thread at a time.</summary>
internal sealed class SqliteFile : IDisposable
{
    private const string Patient = "PRAGMA busy_timeout = 10000;";

    // A connection is used by one thread at a time, so that its locks, one for every value bound, guard nothing; nor is
    // the memory that SQLite takes counted, under a lock for every allocation. Too late, and only slower, where some
    // connection was opened before: then it stays as it was.
    private static readonly bool IsUnlocked = Unlock();

    private readonly SqliteConnection _connection;
    private readonly List<SqliteStatement> _statements = [];

    private SqliteFile(SqliteConnection connection) => _connection = connection;

    /// <summary>
    /// The connection that writes. WAL with synchronous NORMAL: a commit is not flushed at once, so a loss of power may
    /// take back the latest ones, always from the end. That is safe, since every row can be made again from the journal,
    /// which is on disk before a row is written, and a checkpoint is in the same file behind the rows it speaks of: it
    /// never outlives them.
    /// </summary>
    public static SqliteFile OpenWriter(string path)
    {
        var file = Open(path, SqliteOpenMode.ReadWriteCreate);
        file.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 16000; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 67108864;");
        return file;
    }

    /// <summary>
    /// A connection that reads and writes what cannot be made again: every commit is flushed. What is removed is overwritten.
    /// </summary>
    public static SqliteFile OpenRegistry(string path)
    {
        var file = Open(path, SqliteOpenMode.ReadWriteCreate);
        file.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -1024; PRAGMA journal_size_limit = 1048576;");
        return file;
    }

    public static SqliteFile OpenReader(string path)
    {
        var file = Open(path, SqliteOpenMode.ReadWrite);
        file.Run("PRAGMA query_only = 1; PRAGMA cache_size = -16384;");
        return file;
    }

    /// <summary>Prepares a statement that lives as long as the connection.</summary>
    public SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(_connection.Handle!, sql);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>A statement is not needed any more.</summary>
    public void Release(SqliteStatement statement)
    {
        _statements.Remove(statement);
        statement.Dispose();
    }

    /// <summary>The first column of the first row, 0 where there is no row.</summary>
    public long Number(string sql)
    {
        using var statement = new SqliteStatement(_connection.Handle!, sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    /// <summary>Rows that the statement before has changed.</summary>
    public int Changes => SQLitePCL.raw.sqlite3_changes(_connection.Handle!);

    /// <summary>Runs statements that are run once.</summary>
    public void Run(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Only constants and the schema's own files come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Does all of it or, after an exception, nothing.</summary>
    public void InTransaction(Action work)
    {
        Run("BEGIN IMMEDIATE");
        try
        {
            work();
            Run("COMMIT");
        }
        catch
        {
            // Some failures have ended the transaction already.
            if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle!) == 0)
                Run("ROLLBACK");
            throw;
        }
    }

    /// <summary>The same, and on disk before it returns.</summary>
    public void InFlushedTransaction(Action work)
    {
        Run("PRAGMA synchronous = FULL");
        try
        {
            InTransaction(work);
        }
        finally
        {
            Run("PRAGMA synchronous = NORMAL");
        }
    }

    /// <summary>Has nothing left in the write-ahead log; false, at once, where somebody reads what that would take from him.</summary>
    public bool TryEmptyLog()
    {
        Run("PRAGMA busy_timeout = 0;");
        try
        {
            return Number("PRAGMA wal_checkpoint(TRUNCATE)") == 0;
        }
        finally
        {
            Run(Patient);
        }
    }

    /// <summary>Keeps no page in memory: those that are needed are read from the file again. Outside of a transaction.</summary>
    public void ForgetPages() => Run("PRAGMA shrink_memory;");

    public void Dispose()
    {
        foreach (var statement in _statements)
            statement.Dispose();
        _connection.Dispose();
    }

    private static bool Unlock()
    {
        SQLitePCL.Batteries_V2.Init();
        return SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MULTITHREAD) == SQLitePCL.raw.SQLITE_OK
            && SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MEMSTATUS, 0) == SQLitePCL.raw.SQLITE_OK;
    }

    private static SqliteFile Open(string path, SqliteOpenMode mode)
    {
        _ = IsUnlocked;
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 30 };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            var file = new SqliteFile(connection);
            file.Run(Patient);
            return file;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
