using System.Text.Json;
using System.Text.RegularExpressions;

namespace LeadGrains.EndToEnd.Tests.Monitoring;

public sealed partial class MonitoringTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static string Folder => Path.Combine(RepositoryFiles.Root, "deploy", "monitoring");

    [Fact]
    public async Task Metrics_WhenChecked_AreAsPrometheusWantsThem()
    {
        await OtherPrograms.RequirePrometheusAsync();
        using var data = new TempFolder();
        await using var server = await WatchedServer.StartAsync(data.Path);

        await using var checking = RunningProcess.Start("promtool", ["check", "metrics"], input: await WatchedServer.ScrapeAsync(server));

        Assert.Equal(0, await checking.WaitAsync(Limit, Cancelled));
        Assert.Empty(checking.Output.Trim());
    }

    [Fact]
    public async Task Files_WhenTheyNameFigures_NameThoseThatAServerGives()
    {
        using var data = new TempFolder();
        await using var server = await WatchedServer.StartAsync(data.Path);
        var metrics = await WatchedServer.ScrapeAsync(server);
        var given = Given().Matches(metrics).Select(name => name.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

        var named = Named(await File.ReadAllTextAsync(Path.Combine(Folder, "alerts.yml"), Cancelled))
            .Concat(Named(string.Join('\n', Expressions(await File.ReadAllTextAsync(Path.Combine(Folder, "dashboard.json"), Cancelled))))).ToHashSet(StringComparer.Ordinal);

        Assert.InRange(named.Count, 30, int.MaxValue);
        Assert.Empty(named.Except(given));
    }

    [Theory]
    [InlineData("check", "config", "prometheus.yml")]
    [InlineData("check", "rules", "alerts.yml")]
    [InlineData("test", "rules", "alerts.test.yml")]
    public async Task Files_WhenPromtoolReadsThem_AreRight(params string[] arguments)
    {
        await OtherPrograms.RequirePrometheusAsync();

        await using var checking = RunningProcess.Start("promtool", arguments, Folder);

        Assert.True(await checking.WaitAsync(Limit, Cancelled) == 0, checking.Output);
    }

    [Fact]
    public async Task Prometheus_WhenItScrapesAServer_AnswersWhatHappenedThere()
    {
        await OtherPrograms.RequirePrometheusAsync();
        using var data = new TempFolder();
        using var own = new TempFolder();
        await using var server = await WatchedServer.StartAsync(data.Path);
        var settings = await File.ReadAllTextAsync(Path.Combine(Folder, "prometheus.yml"), Cancelled);
        await File.WriteAllTextAsync(own.At("prometheus.yml"), settings.Replace("15s", "1s", StringComparison.Ordinal).Replace("127.0.0.1:7080", server.Http.Authority, StringComparison.Ordinal), Cancelled);
        File.Copy(Path.Combine(Folder, "alerts.yml"), own.At("alerts.yml"));
        var address = LoopbackAddress.Free();
        await using var prometheus = RunningProcess.Start(
            "prometheus", [$"--config.file={own.At("prometheus.yml")}", $"--storage.tsdb.path={own.At("data")}", $"--web.listen-address={address}"], own.Path);

        var recorded = await AskAsync(prometheus, address.ToString(), "sum(leadgrains_gateway_signals_recorded_total{job=\"leadgrains\"})");
        var ready = await AskAsync(prometheus, address.ToString(), "count(up{job=\"leadgrains\"} == 1) * max(leadgrains_server_ready)");

        Assert.Equal(("800", "1"), (recorded, ready));
    }

    // Until it has an answer: it scrapes once a second.
    private static async Task<string> AskAsync(RunningProcess prometheus, string address, string query)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Limit);
        while (!prometheus.HasExited)
        {
            try
            {
                var answer = await client.GetStringAsync($"http://{address}/api/v1/query?query={Uri.EscapeDataString(query)}", limit.Token);
                using var read = JsonDocument.Parse(answer);
                var result = read.RootElement.GetProperty("data").GetProperty("result");
                if (result.GetArrayLength() > 0)
                    return result[0].GetProperty("value")[1].GetString()!;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(100, limit.Token);
        }

        throw new InvalidOperationException($"prometheus ended: {prometheus.Output}");
    }

    private static IEnumerable<string> Expressions(string dashboard)
    {
        using var read = JsonDocument.Parse(dashboard);
        return [.. read.RootElement.GetProperty("panels").EnumerateArray().Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!)];
    }

    // Recorded ones have a colon before them.
    private static IEnumerable<string> Named(string text) => Name().Matches(text).Select(name => name.Value);

    [GeneratedRegex(@"(?<![\w:])(leadgrains|dotnet|kestrel|http)_[a-z0-9_]+(?![\w:])", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Name();

    [GeneratedRegex(@"^([a-z0-9_]+)\{", RegexOptions.Multiline, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Given();
}
