using System.Net;
using LeadGrains.Host.Commands;
using LeadGrains.Host.Composition;
using LeadGrains.Host.Serving;
using LeadGrains.Testing;

namespace LeadGrains.Host.Tests.Commands;

public sealed class StoreCopyCommandTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Copy_WhenTheSourceWasServed_SaysWhatWasCopiedAndRefusesASecondOne()
    {
        using var folder = new TempFolder();
        var (from, to) = (Path.Combine(folder.Path, "from"), Path.Combine(folder.Path, "a=b"));
        await ServeOnceAsync(from);

        var ran = await CopyAsync(from, to);
        Assert.Equal((ExitCode.Done, ""), (ran.ExitCode, ran.Error));
        Assert.StartsWith("Copied 16 journal entries, 0 contacts and accounts and 1 models in 16 partitions, and found both equal, in ", ran.Output, StringComparison.Ordinal);
        Assert.Contains($"{to} can be served.", ran.Output, StringComparison.Ordinal);

        var again = await CopyAsync(from, to);
        Assert.Equal(ExitCode.Failed, again.ExitCode);
        Assert.Contains($"{to} holds a store already.", again.Error, StringComparison.Ordinal);
        await ServeOnceAsync(to);
    }

    [Fact]
    public async Task Copy_WhenThereIsNoSource_MakesNeither()
    {
        using var folder = new TempFolder();
        var ran = await CopyAsync(Path.Combine(folder.Path, "from"), Path.Combine(folder.Path, "to"));
        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains("holds no store", ran.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Copy_WhenAnEarlierOneDidNotEnd_GoesOnAndIsServedOnlyThen()
    {
        using var folder = new TempFolder();
        var (from, to) = (Path.Combine(folder.Path, "from"), Path.Combine(folder.Path, "to"));
        await ServeOnceAsync(from);
        await using (var source = await OpenedStore.OpenSourceAsync(StoreLocation.Read(from), TimeProvider.System, Token))
            await (await OpenedStore.OpenCopyAsync(StoreLocation.Read(to), source, TimeProvider.System, Token)).DisposeAsync();

        var refused = await CommandRun.OfAsync(Token, "serve", "--data", to, "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0");
        Assert.Equal(ExitCode.Failed, refused.ExitCode);
        Assert.Contains("Give the same `leadgrains store copy` again to go on with it, or remove that folder.", refused.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, (await CopyAsync(from, to)).ExitCode);
        await ServeOnceAsync(to);
    }

    [Theory]
    [InlineData("store copy --from a", "Option '--to' is required.")]
    [InlineData("store copy --from a --to a", "--from and --to name the same store.")]
    public async Task Copy_WhenTheArgumentsAreWrong_SaysSo(string arguments, string expected)
    {
        var ran = await CommandRun.OfAsync(arguments);
        Assert.Equal(ExitCode.BadUsage, ran.ExitCode);
        Assert.Contains(expected, ran.Error, StringComparison.Ordinal);
    }

    private static Task<CommandRun> CopyAsync(string from, string to) =>
        CommandRun.OfAsync(Token, "store", "copy", "--from", from, "--to", to);

    private static async Task ServeOnceAsync(string data)
    {
        await using var server = await RunningServer.StartAsync(
            new ServeSettings
            {
                Data = data,
                Grpc = new IPEndPoint(IPAddress.Loopback, 0),
                Http = new IPEndPoint(IPAddress.Loopback, 0),
                LogLevel = Microsoft.Extensions.Logging.LogLevel.None,
            },
            TimeProvider.System,
            Token);
        Assert.True(await server.StopAsync());
    }
}
