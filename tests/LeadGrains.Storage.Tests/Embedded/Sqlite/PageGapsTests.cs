using LeadGrains.Storage.Embedded.Sqlite;
using LeadGrains.Storage.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Storage.Tests.Embedded.Sqlite;

public sealed class PageGapsTests : IDisposable
{
    private static readonly ReadOnlyMemory<byte>[] Text = ["what-was-moved"u8.ToArray()];

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string FilePath => _folder.In("rows.db");

    public static MatrixTheoryData<int, int> Pages => new([512, 4096, 65536], [0, 1, 2, 3]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Pages))]
    public void Overwrite_WhenAGapHoldsTheText_LeavesTheRowsAndNothingOfIt(int pageBytes, int page)
    {
        using var file = OpenFilled(pageBytes, "kept");
        var before = Rows();
        RandomAccess.Write(file, Text[0].Span, ((long)page * pageBytes) + 200);

        var found = PageGaps.Find(file, Text, Token);
        PageGaps.Overwrite(file, found);

        Assert.Equal([(long)page * pageBytes], found);
        Assert.Empty(PageGaps.Find(file, Text, Token));
        Assert.True(File.ReadAllBytes(FilePath).AsSpan().IndexOf(Text[0].Span) < 0);
        Assert.Equal(before, Rows());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5_000)]
    public void Find_WhenTheTextStandsInARow_DoesNotFindIt(int times)
    {
        using var file = OpenFilled(4096, string.Concat(Enumerable.Repeat("what-was-moved ", times)));

        Assert.Empty(PageGaps.Find(file, Text, Token));
    }

    [Theory]
    [InlineData(512)]
    [InlineData(4096)]
    [InlineData(65536)]
    public void Overwrite_WhenThePagesHaveChangedSince_LeavesAllRows(int pageBytes)
    {
        using var file = OpenFilled(pageBytes, "kept");
        Run($"INSERT INTO named VALUES {string.Join(", ", Enumerable.Range(1, 9_000).Select(number => $"('later {number}')"))}; DELETE FROM named WHERE name LIKE '%7'");
        var before = Rows();
        var pages = RandomAccess.GetLength(file) / pageBytes;

        PageGaps.Overwrite(file, [.. Enumerable.Range(0, (int)pages + 2).Select(page => (long)page * pageBytes)]);

        Assert.Equal(before, Rows());
    }

    // A page of the schema, one of a table, one of its index and one of an empty table, none of them full.
    private SafeFileHandle OpenFilled(int pageBytes, string text)
    {
        Run($"PRAGMA page_size = {pageBytes}; CREATE TABLE named (name TEXT); CREATE INDEX by_name ON named (name); CREATE TABLE empty (name TEXT); INSERT INTO named VALUES ('{text}'), ('other')");
        return File.OpenHandle(FilePath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    private void Run(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private List<string> Rows()
    {
        using var reader = SqliteFile.OpenReader(FilePath);
        var rows = reader.Prepare("SELECT name FROM named UNION ALL SELECT * FROM pragma_integrity_check");
        var found = new List<string>();
        while (rows.Step())
            found.Add(rows.Text(0));
        return found;
    }
}
