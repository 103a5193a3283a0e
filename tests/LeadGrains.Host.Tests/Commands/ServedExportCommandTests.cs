using System.Text.Json;
using LeadGrains.Host.Commands;

namespace LeadGrains.Host.Tests.Commands;

/// <summary><c>leadgrains export</c> and <c>leadgrains webhooks</c> against a real server.</summary>
public sealed class ServedExportCommandTests : IAsyncLifetime
{
    private ServedFolder? _server;

    public async ValueTask InitializeAsync()
    {
        _server = await ServedFolder.StartAsync();
        await RunAsync("upsert", "contact", "=ann", "--email", "ann@acme.com", "--account", "acme", "--trait", "title=Head, IT", "--trait", "seats=12");
        await RunAsync("upsert", "contact", "bob", "--account", "acme");
        await RunAsync("upsert", "account", "acme", "--name", "Acme \"A\" Ltd", "--domain", "acme.com", "--domain", "acme.org");
        var signals = _server.In("signals.jsonl");
        await File.WriteAllTextAsync(signals, """{"id": "1", "type": "demo_requested", "contactId": "bob", "attributes": {"url": "/a"}}""" + "\n", TestContext.Current.CancellationToken);
        await RunAsync("import", signals);
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    [Fact]
    public async Task ExportContacts_AsCsv_HasALineForEachAndGuardsFormulas()
    {
        var file = _server!.In("contacts.csv");
        var ran = await RunAsync("export", "contacts", "--trait", "title", "--out", file);

        Assert.Equal((ExitCode.Done, ""), (ran.ExitCode, ran.Output));
        Assert.Contains("Wrote 2 lines.", ran.Error, StringComparison.Ordinal);
        var lines = (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Split("\r\n");
        Assert.Equal(
            "contact_id,email,account_id,account_match,stage,grade,total,fit,intent,intent_points,velocity,as_of,model_version,role,disqualified,disqualified_reason,dormant,woke_up_at,last_signal_at,signal_count,title,traits",
            lines[0]);
        Assert.Equal(["", "'=ann,ann@acme.com,acme,explicit,nurture", "bob,,acme,explicit,nurture"], lines[1..].Select(line => string.Join(',', line.Split(',').Take(5))).Order());
        Assert.Contains(lines, line => line.Contains(",\"Head, IT\",\"{ ", StringComparison.Ordinal) && line.Contains("\"\"seats\"\": 12", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ExportAccounts_AsJsonLines_HasWhatTheApiTells()
    {
        var ran = await RunAsync("export", "accounts", "--format", "jsonl");

        using var account = JsonDocument.Parse(Assert.Single(ran.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal("Acme \"A\" Ltd", account.RootElement.GetProperty("name").GetString());
        Assert.Equal(1, account.RootElement.GetProperty("contactCount").GetInt32());
    }

    [Fact]
    public async Task ExportSignals_OfAContact_HasThem()
    {
        var ran = await RunAsync("export", "signals", "--contact", "bob");

        var lines = ran.Output.Split("\r\n");
        Assert.Equal("entry_id,received_at,source,id,type,contact_id,account_id,email,occurred_at,attributes", lines[0]);
        Assert.EndsWith(",,1,demo_requested,bob,,,,\"{ \"\"url\"\": \"\"/a\"\" }\"", lines[1], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
        Assert.Equal(ExitCode.Done, (await RunAsync("export", "signals", "--contact", "nobody")).ExitCode);
    }

    [Fact]
    public async Task Webhooks_WhenTheAddressIsNotPublic_SayHowToAllowIt()
    {
        var ran = await RunAsync("webhooks", "create", "http://127.0.0.1:9/");
        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains("--webhook-allow", ran.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, (await RunAsync("webhooks", "test", "wh_000000000000")).ExitCode);
        var list = await RunAsync("webhooks", "list");
        Assert.Equal((ExitCode.Done, ""), (list.ExitCode, list.Error));
        Assert.StartsWith("webhook  url  told  state", list.Output, StringComparison.Ordinal);
    }

    private Task<CommandRun> RunAsync(params string[] arguments) =>
        CommandRun.OfAsync(TestContext.Current.CancellationToken, [.. arguments, "--server", _server!.GrpcAddress.ToString()]);
}
