using LeadGrains.Host.Commands;
using LeadGrains.Host.Exporting;

namespace LeadGrains.Host.Tests.Exporting;

public sealed class ExportFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("leadgrains-tests-");

    private string Out => Path.Combine(_folder.FullName, "out.csv");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Open_AfterABreak_GoesOnBehindTheLastWholePage()
    {
        using (var first = ExportFile.Open(Out, "contacts csv"))
        {
            await first.AddAsync("header\n", "", TestContext.Current.CancellationToken);
            await first.AddAsync("one\n", "t1", TestContext.Current.CancellationToken);
        }

        // A page that was written in part, before its token was.
        await File.AppendAllTextAsync(Out + ".part", "tw", TestContext.Current.CancellationToken);
        using (var second = ExportFile.Open(Out, "contacts csv"))
        {
            Assert.Equal("t1", second.Token);
            await second.AddAsync("two\n", "t2", TestContext.Current.CancellationToken);
            second.Finish();
        }

        Assert.Equal("header\none\ntwo\n", await File.ReadAllTextAsync(Out, TestContext.Current.CancellationToken));
        Assert.Equal(["out.csv"], _folder.EnumerateFiles().Select(file => file.Name));
    }

    [Fact]
    public async Task Open_WhenOnlyTheHeaderWasWritten_BeginsAnew()
    {
        using (var first = ExportFile.Open(Out, "contacts csv"))
            await first.AddAsync("header\n", "", TestContext.Current.CancellationToken);

        using var second = ExportFile.Open(Out, "contacts csv");
        Assert.Equal("", second.Token);
        await second.AddAsync("header\n", "", TestContext.Current.CancellationToken);
        second.Finish();
        Assert.Equal("header\n", await File.ReadAllTextAsync(Out, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Open_WhenItIsOfAnotherExportOrDone_IsRefused()
    {
        using (var first = ExportFile.Open(Out, "contacts csv"))
            await first.AddAsync("one\n", "t1", TestContext.Current.CancellationToken);
        Assert.Throws<CommandFailedException>(() => ExportFile.Open(Out, "accounts csv"));
        using (var second = ExportFile.Open(Out, "contacts csv"))
            second.Finish();
        Assert.Throws<CommandFailedException>(() => ExportFile.Open(Out, "contacts csv"));
    }
}
