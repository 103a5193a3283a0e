using LeadGrains.Host.Commands;
using LeadGrains.Testing;

namespace LeadGrains.Host.Tests.Commands;

/// <summary>What keeps a node from starting, before it has asked anybody.</summary>
public sealed class ClusterServeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Serve_WhenThereIsNoSecretFile_SaysHowToMakeOne()
    {
        var ran = await RunAsync(Path.Combine(_folder.Path, "missing"));

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains("There is no file", ran.Error, StringComparison.Ordinal);
        Assert.Contains("head -c 32 /dev/urandom | base64", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("long enough, but with blanks")]
    public async Task Serve_WhenTheSecretIsPoor_IsRefusedWithoutShowingIt(string secret)
    {
        var ran = await RunAsync(Written(secret));

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains("at least 16 ASCII letters", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_WhenTheNameHasBlanks_IsRefused()
    {
        var ran = await RunAsync(Written("0123456789abcdef"), "--node", "a node");

        Assert.Equal(ExitCode.BadUsage, ran.ExitCode);
        Assert.Contains("--node wants a name", ran.Error, StringComparison.Ordinal);
    }

    private static Task<CommandRun> RunAsync(string secretFile, params string[] more) => CommandRun.OfAsync(
        TestContext.Current.CancellationToken,
        ["serve", "--store", "Host=127.0.0.1;Port=1;Database=x;Username=x", "--cluster", "127.0.0.1:0", "--secret-file", secretFile, .. more]);

    private string Written(string secret)
    {
        var file = Path.Combine(_folder.Path, "secret");
        File.WriteAllText(file, secret);
        return file;
    }
}
