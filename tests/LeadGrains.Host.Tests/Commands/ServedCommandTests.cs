using System.Text.Json;
using LeadGrains.Host.Commands;
using LeadGrains.Host.Terminals;

namespace LeadGrains.Host.Tests.Commands;

/// <summary>The client commands against a real server.</summary>
public sealed class ServedCommandTests : IAsyncLifetime
{
    private ServedFolder? _server;

    public async ValueTask InitializeAsync() => _server = await ServedFolder.StartAsync();

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    [Fact]
    public async Task Load_WhenVerified_FindsNoDifference()
    {
        var ran = await RunAsync("load --signals 20000 --contacts 200 --accounts 40 --batch 200 --seed 3 --verify --json");

        using var figures = JsonDocument.Parse(ran.Output);
        var verification = figures.RootElement.GetProperty("verification");
        Assert.True(ran.ExitCode == ExitCode.Done, ran.Output + ran.Error);
        Assert.Equal(20_000, figures.RootElement.GetProperty("recorded").GetInt64());
        Assert.Equal(0, verification.GetProperty("differences").GetInt64());
        Assert.InRange(verification.GetProperty("compared").GetInt64(), 4_000, long.MaxValue);
    }

    [Fact]
    public async Task Load_WhenRunAgain_FindsOnlyDuplicatesAndTheSameScores()
    {
        const string Load = "load --signals 5000 --contacts 100 --accounts 20 --batch 100 --seed 4 --verify --ack ranked";
        await RunAsync(Load);

        var again = await RunAsync(Load);

        Assert.Equal(ExitCode.Done, again.ExitCode);
        Assert.Contains("Sent 5,000: 0 recorded, 5,000 duplicates", again.Output, StringComparison.Ordinal);
        Assert.Contains(" 0 differences", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_WhenSomebodyElseAddedASignal_FindsTheDifference()
    {
        const string Load = "load --contacts 10 --accounts 2 --streams 1 --batch 100 --seed 5";
        await RunAsync(Load + " --signals 1500");

        var again = await RunAsync(Load + " --signals 1000 --verify");

        Assert.Equal(ExitCode.Failed, again.ExitCode);
        Assert.Contains("signals, should have", again.Error, StringComparison.Ordinal);
        Assert.Contains("if an earlier run with this seed sent more", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Merge_WhenBothAreKnown_ShowsTheOneThatStays()
    {
        var file = _server!.In("signals.jsonl");
        await File.WriteAllTextAsync(
            file,
            """
            {"id":"1","type":"demo_requested","contactId":"cookie-7"}
            {"id":"2","type":"pricing_page_viewed","contactId":"ann","email":"ann@acme.com"}
            {"id":"3","type":"pricing_page_viewed","contactId":"bob","email":"bob@acme.com"}
            {"id":"4","type":"pricing_page_viewed","contactId":"bobby","email":"bobby@rival.com","occurredAt":"2026-01-01T00:00:00Z"}
            """,
            TestContext.Current.CancellationToken);
        await RunAsync($"import {file}");

        var merged = await RunAsync("merge cookie-7 ann");
        var across = await RunAsync("merge bobby bob");
        var again = await RunAsync("merge cookie-7 ann");
        var mistyped = await RunAsync("merge coookie-7 ann");
        var refused = await RunAsync("merge ann ann");

        Assert.Equal(ExitCode.Done, merged.ExitCode);
        Assert.StartsWith("Merged cookie-7 into ann: 1 signal went along.\n", merged.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("belonged", merged.Output, StringComparison.Ordinal);
        Assert.Contains("bobby belonged to rival.com, bob to acme.com. All of it belongs to acme.com now.", across.Output, StringComparison.Ordinal);
        Assert.StartsWith("cookie-7 and ann were one contact already. Nothing changed.\n", again.Output, StringComparison.Ordinal);
        Assert.StartsWith("Nobody knew coookie-7, so nothing moved. From now on that id leads to ann.\n", mistyped.Output, StringComparison.Ordinal);
        Assert.Contains("Contact ann, ann@acme.com", merged.Output, StringComparison.Ordinal);
        Assert.Contains("Known as well by cookie-7", merged.Output, StringComparison.Ordinal);
        Assert.Contains("2 signals", merged.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadUsage, refused.ExitCode);
        Assert.StartsWith("FROM and INTO are the same id", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignalsAndExplain_WhenAskedForThePast_SayWhatBecameOfEachSignalAndWhoWasNotKnownYet()
    {
        var file = _server!.In("signals.jsonl");
        await File.WriteAllTextAsync(
            file,
            """
            {"id":"1","type":"demo_requested","contactId":"ann"}
            {"id":"2","type":"never_heard_of","contactId":"ann","source":"site"}
            """,
            TestContext.Current.CancellationToken);
        await RunAsync($"import {file}");

        var all = await RunAsync("signals ann");
        Assert.Equal(ExitCode.Done, all.ExitCode);
        Assert.Matches(@"(?s)when received +never_heard_of +site +no rule .*no rule looks at this type.*demo_requested +- +counted +demo", all.Output);
        Assert.EndsWith("2 signals, the last to be received first.\n", all.Output, StringComparison.Ordinal);
        Assert.Contains("\nNo rule looks at these types of signals: never_heard_of (1 signal).\n", (await RunAsync("explain contact ann")).Output, StringComparison.Ordinal);

        // The instant as it is shown is the one at which both signals were there, and none was just before.
        var received = all.Output.Split('\n')[1].Split(' ')[0];
        Assert.Contains("2 signals", (await RunAsync($"explain contact ann --at {received}")).Output, StringComparison.Ordinal);
        var first = await RunAsync("signals ann --page-size 1");
        Assert.DoesNotContain("demo_requested", first.Output, StringComparison.Ordinal);
        var token = first.Output.Split("--page-token ")[1].Trim();
        Assert.Contains("demo_requested", (await RunAsync($"signals ann --page-token {token}")).Output, StringComparison.Ordinal);

        var before = await RunAsync("explain contact ann --at 2020-01-01T00:00:00Z --model-of-the-time");
        Assert.Equal(ExitCode.Failed, before.ExitCode);
        Assert.StartsWith("There was no contact 'ann' at 2020-01-01T00:00:00Z", before.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RankGetExplain_WhenAskedAfterAnImport_ShowTheSameScore()
    {
        var file = _server!.In("signals.jsonl");
        await File.WriteAllTextAsync(
            file,
            """
            {"id":"1","type":"demo_requested","contactId":"ann","email":"ann@acme.com"}
            {"id":"2","type":"pricing_page_viewed","contactId":"bob","email":"bob@acme.com"}
            {"id":"3","type":"page_viewed","contactId":"cat","email":"cat@beta.com"}
            """,
            TestContext.Current.CancellationToken);
        var imported = await CommandRun.OfAsync(
            TestContext.Current.CancellationToken, "import", file, "--server", _server!.GrpcAddress.ToString());
        Assert.StartsWith("3 recorded", imported.Output, StringComparison.Ordinal);

        // Signals are on disk when an import ends; accounts follow within moments.
        while (!(await RunAsync("rank accounts")).Output.Contains("2 of 2 accounts", StringComparison.Ordinal))
            await Task.Delay(10, TestContext.Current.CancellationToken);
        var ranked = await RunAsync("rank accounts --limit 1");
        Assert.Contains(" 1  acme.com ", ranked.Output.Replace("\n1  ", "\n 1  ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("1 of 2 accounts", ranked.Output, StringComparison.Ordinal);
        Assert.Contains("More: --page-token ", ranked.Output, StringComparison.Ordinal);

        using var json = JsonDocument.Parse((await RunAsync("rank contacts --by intent --json")).Output);
        Assert.Equal(["ann", "bob", "cat"], json.RootElement.GetProperty("contacts").EnumerateArray().Select(row => row.GetProperty("contactId").GetString()));

        var got = await RunAsync("get contact ann");
        Assert.Contains("Account acme.com (domain, confidence 0.9): e-mail domain acme.com", got.Output, StringComparison.Ordinal);
        Assert.Contains("1 signal, the last at ", got.Output, StringComparison.Ordinal);

        var account = await RunAsync("get account acme.com");
        Assert.Contains("Buying group: decision_maker 0, influencer 0, user 0; 0 of 3 covered, missing decision_maker, influencer, user", account.Output, StringComparison.Ordinal);
        using var unmatched = JsonDocument.Parse((await RunAsync("rank contacts --unmatched --json")).Output);
        Assert.Equal(0, unmatched.RootElement.GetProperty("contacts").GetArrayLength());
        Assert.Contains("--unmatched", (await RunAsync("rank accounts --unmatched")).Error, StringComparison.Ordinal);

        var explained = await RunAsync("explain account acme.com");
        Assert.Contains("Asked for a demo", explained.Output, StringComparison.Ordinal);
        Assert.Contains("Viewed prices", explained.Output, StringComparison.Ordinal);
    }

    // 70 and 80 points make intent 82.3 and a total of 49.4, which enters at 43; three demos of a company in a week surge.
    [Fact]
    public async Task Watch_WhenEnded_HasToldTheChangesAndNamesTheTokenToGoOnWith()
    {
        var file = _server!.In("signals.jsonl");
        await File.WriteAllTextAsync(
            file,
            """
            {"id":"1","type":"demo_requested","contactId":"ann","email":"ann@acme.com"}
            {"id":"2","type":"quote_requested","contactId":"ann","email":"ann@acme.com"}
            """,
            TestContext.Current.CancellationToken);
        await CommandRun.OfAsync(TestContext.Current.CancellationToken, "import", file, "--server", _server!.GrpcAddress.ToString());

        var first = await WatchAsync("--from-start --kind contact", output => output.Contains('\n', StringComparison.Ordinal));
        Assert.Equal(ExitCode.Done, first.ExitCode);
        Assert.Contains("  contact ann: nurture -> engaged  (total 49.4 reached engaged's 43 ", first.Output, StringComparison.Ordinal);
        const string GoOn = "Go on with --resume ";
        Assert.StartsWith(GoOn, first.Error, StringComparison.Ordinal);

        var json = await WatchAsync("--json --from-start --to engaged --id ann", output => output.Split('\n').Length > 2);
        Assert.All(json.Output.Trim().Split('\n'), line => Assert.NotEmpty(JsonDocument.Parse(line).RootElement.GetProperty("resumeToken").GetString()!));

        var resumed = await WatchAsync($"--json --resume {first.Error.Trim()[GoOn.Length..]}", output => output.Contains('\n', StringComparison.Ordinal));
        Assert.DoesNotContain("\"id\": \"ann\", \"fromStage\": \"nurture\"", resumed.Output, StringComparison.Ordinal);

        var changes = await WatchAsync("--from-start --type surge", output => output.Contains('\n', StringComparison.Ordinal), command: "changes");
        Assert.Contains("  account acme.com: surges  (", changes.Output, StringComparison.Ordinal);
        Assert.StartsWith(GoOn, changes.Error, StringComparison.Ordinal);

        Assert.Contains("1 of 1 account,", (await RunAsync("rank accounts --surging")).Output, StringComparison.Ordinal);
        Assert.Contains("0 of 0 accounts", (await RunAsync("rank accounts --dormant")).Output, StringComparison.Ordinal);
        Assert.Contains("Surging: ", (await RunAsync("get account acme.com")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_WhenTheTokenIsWrong_SaysSo()
    {
        var ran = await RunAsync("watch --resume nonsense");

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.StartsWith("The resume token is damaged, or another store's.", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("nonsense", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_WhenTheModelHasNoSuchStage_WarnsAndNamesThoseItHas()
    {
        var mistyped = await WatchAsync("--kind contact --to engagd", _ => false, error => error.Contains('\n', StringComparison.Ordinal));
        var right = await WatchAsync("--json --to engaged", output => output.Contains('\n', StringComparison.Ordinal));

        Assert.Equal(
            "Warning: the active model, version 1, has no such stage 'engagd'. It has for contacts: nurture, engaged, mql, sql.",
            mistyped.Error.Split('\n')[0]);
        Assert.DoesNotContain("Warning", right.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_WhenThereIsNone_SaysSo()
    {
        var ran = await RunAsync("get account nobody");

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains("nobody", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rank_WhenFilteredByAnUnknownTrait_SaysWhatToAdd()
    {
        var ran = await RunAsync("rank accounts --trait shoe_size=44");

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains("shoe_size", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rank_WhenThereIsMoreThanOnePage_ListsAsManyAsAsked()
    {
        await RunAsync("load --signals 100 --contacts 1500 --accounts 10 --seed 6");

        using var json = JsonDocument.Parse((await RunAsync("rank contacts --limit 1200 --json")).Output);
        var ranks = json.RootElement.GetProperty("contacts").EnumerateArray().Select(row => row.GetProperty("rank").GetInt32());

        Assert.Equal(Enumerable.Range(1, 1_200), ranks);
    }

    [Fact]
    public async Task Get_WhenThePortSpeaksNoHttp2_SaysThatSomethingAnswers()
    {
        var ran = await CommandRun.OfAsync($"get account acme.com --server {_server!.HttpAddress}");

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        var address = _server.HttpAddress.GetLeftPart(UriPartial.Authority);
        // It closes the connection as well, and that may come first.
        if (!ran.Error.StartsWith($"The connection to the server at {address}", StringComparison.Ordinal))
            Assert.Equal($"Something answers at {address}, but it does not speak gRPC there: check the port, and https:// for TLS.", ran.Error.Trim());
    }

    // Ends the command, as Ctrl+C does, once it has said enough.
    private async Task<CommandRun> WatchAsync(
        string options, Func<string, bool> isEnough, Func<string, bool>? isComplaintEnough = null, string command = "watch")
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var synchronized = TextWriter.Synchronized(output);
        var complaints = TextWriter.Synchronized(error);
        var terminal = new Terminal(synchronized, complaints, outputIsScreen: false, errorIsScreen: false);
        var arguments = $"{command} {options} --server {_server!.GrpcAddress}".Split(' ');
        var running = CommandLine.RunAsync(arguments, new CommandContext(terminal, TimeProvider.System), stop.Token);
        while (!running.IsCompleted && !isEnough(SaidSoFar(synchronized, output)) && isComplaintEnough?.Invoke(SaidSoFar(complaints, error)) != true)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        return new CommandRun(await running, output.ToString(), error.ToString());

        // The synchronized writer locks itself while it writes.
        static string SaidSoFar(TextWriter synchronized, StringWriter text)
        {
            lock (synchronized)
                return text.ToString();
        }
    }

    private Task<CommandRun> RunAsync(string command) => CommandRun.OfAsync($"{command} --server {_server!.GrpcAddress}");
}
