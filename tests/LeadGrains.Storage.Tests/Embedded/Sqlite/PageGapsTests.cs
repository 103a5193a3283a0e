using LeadGrains.Storage.Embedded.Sqlite;
using LeadGrains.Storage.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Storage.Tests.Embedded.Sqlite;

public sealed class PageGapsTests : IDisposable
{
    private const int PageBytes = 4096;

    private static readonly ReadOnlyMemory<byte>[] Text = ["what-was-moved"u8.ToArray()];

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string FilePath => _folder.In("rows.db");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Overwrite_WhenAGapHoldsTheText_LeavesTheRowsAndNothingOfIt(int page)
    {
        using var file = OpenFilled("kept");
        var before = Rows();
        var at = (page * PageBytes) + 2_000;
        RandomAccess.Write(file, Text[0].Span, at);

        var found = PageGaps.Find(file, Text, Token);
        PageGaps.Overwrite(file, found);

        Assert.Equal([(long)page * PageBytes], found);
        Assert.Empty(PageGaps.Find(file, Text, Token));
        Assert.True(File.ReadAllBytes(FilePath).AsSpan().IndexOf(Text[0].Span) < 0);
        Assert.Equal(before, Rows());
    }

    [Fact]
    public void Find_WhenTheTextStandsInARow_DoesNotFindIt()
    {
        using var file = OpenFilled("what-was-moved");

        Assert.Empty(PageGaps.Find(file, Text, Token));
    }

    [Fact]
    public void Find_WhenTheTextStandsOnAPageOfALongRow_DoesNotFindIt()
    {
        using var file = OpenFilled(string.Concat(Enumerable.Repeat("what-was-moved ", 1_000)));

        Assert.Empty(PageGaps.Find(file, Text, Token));
    }

    [Fact]
    public void Overwrite_WhenThePageHasChangedSince_OverwritesItsGapOfNow()
    {
        using var file = OpenFilled("kept");
        using (var writer = SqliteFile.OpenWriter(FilePath))
            writer.Run($"INSERT INTO named VALUES {string.Join(", ", Enumerable.Range(1, 60).Select(number => $"('later {number}')"))}");
        var before = Rows();

        PageGaps.Overwrite(file, [0, PageBytes, 2 * PageBytes, 100 * PageBytes]);

        Assert.Equal(before, Rows());
    }

    // A page of the schema, one of the table and one of its index, none of them full.
    private SafeFileHandle OpenFilled(string text)
    {
        using (var writer = SqliteFile.OpenWriter(FilePath))
        {
            writer.Run("CREATE TABLE named (name TEXT NOT NULL) STRICT; CREATE INDEX by_name ON named (name);");
            writer.Run($"INSERT INTO named VALUES ('{text}'), ('other')");
        }

        return File.OpenHandle(FilePath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
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
