using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>
/// A prepared statement that takes and gives spans. The ADO.NET commands box each value and copy each blob, which costs
/// more than the row.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    // Good for as long as the statement is kept; SQLite refuses 0.
    private nint _handle;
    private byte[] _text = new byte[256];

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out _statement), database);
        _handle = _statement.DangerousGetHandle();
    }

    public void Bind(int parameter, long value) => Check(SqliteCalls.BindInt64(_handle, parameter, value));

    public void Bind(int parameter, double value) => Check(SqliteCalls.BindDouble(_handle, parameter, value));

    // An empty span has no address, and SQLite takes what has no address for NULL.
    public unsafe void BindBlob(int parameter, ReadOnlySpan<byte> value)
    {
        fixed (byte* first = value)
        {
            Check(value.IsEmpty
                ? SqliteCalls.BindZeroBlob(_handle, parameter, 0)
                : SqliteCalls.BindBlob(_handle, parameter, first, value.Length, SqliteCalls.Transient));
        }
    }

    public unsafe void BindText(int parameter, string value)
    {
        if (_text.Length < value.Length * 3)
            _text = new byte[value.Length * 3];
        var length = Encoding.UTF8.GetBytes(value, _text);
        fixed (byte* first = _text)
            Check(SqliteCalls.BindText(_handle, parameter, first, length, SqliteCalls.Transient));
    }

    /// <summary>Goes to the next row; false after the last one.</summary>
    public bool Step()
    {
        var result = SqliteCalls.Step(_handle);
        if (result == raw.SQLITE_ROW)
            return true;
        if (result != raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(result, _database);
        return false;
    }

    /// <summary>Makes it ready for other values.</summary>
    public void Reset() => _ = SqliteCalls.Reset(_handle);

    /// <summary>Runs a statement that gives no rows, and makes it ready for other values.</summary>
    public void Execute()
    {
        try
        {
            Step();
        }
        finally
        {
            Reset();
        }
    }

    public long Int64(int column) => SqliteCalls.ColumnInt64(_handle, column);

    public double Double(int column) => SqliteCalls.ColumnDouble(_handle, column);

    /// <summary>A blob, or a text as UTF-8; valid until the next step.</summary>
    public unsafe ReadOnlySpan<byte> Bytes(int column)
    {
        // In this order: the length is that of what was asked for before.
        var first = SqliteCalls.ColumnBlob(_handle, column);
        return new ReadOnlySpan<byte>(first, SqliteCalls.ColumnBytes(_handle, column));
    }

    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public void Dispose()
    {
        _handle = 0;
        _statement.Dispose();
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, _database);
    }
}
