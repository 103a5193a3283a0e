using System.Runtime.InteropServices;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>
/// The calls that are made for every value of every row, on the statement's own address: counting the uses of a handle,
/// as SQLitePCL does around each call, costs half as much as all that SQLite does with the row. See sqlite.org/c3ref.
/// </summary>
internal static unsafe partial class SqliteCalls
{
    /// <summary>SQLite copies what is bound before the call returns.</summary>
    public static readonly nint Transient = -1;

    private const string Library = "e_sqlite3";

    // These return at once, so that no collection ever waits for one of them.
    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64"), SuppressGCTransition]
    public static partial int BindInt64(nint statement, int parameter, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_double"), SuppressGCTransition]
    public static partial int BindDouble(nint statement, int parameter, double value);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64"), SuppressGCTransition]
    public static partial long ColumnInt64(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_double"), SuppressGCTransition]
    public static partial double ColumnDouble(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes"), SuppressGCTransition]
    public static partial int ColumnBytes(nint statement, int column);

    // It may have to read more of the row from the file.
    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
    public static partial byte* ColumnBlob(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_zeroblob")]
    public static partial int BindZeroBlob(nint statement, int parameter, int length);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    public static partial int BindText(nint statement, int parameter, byte* utf8, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    public static partial int BindBlob(nint statement, int parameter, byte* value, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);
}
