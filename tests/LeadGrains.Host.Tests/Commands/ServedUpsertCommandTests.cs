using System.Text.Json;
using LeadGrains.Host.Commands;

namespace LeadGrains.Host.Tests.Commands;

/// <summary><c>leadgrains upsert</c> against a real server.</summary>
public sealed class ServedUpsertCommandTests : IAsyncLifetime
{
    private ServedFolder? _server;

    public async ValueTask InitializeAsync() => _server = await ServedFolder.StartAsync();

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    [Fact]
    public async Task UpsertContact_WhenItNamesTraitsAndAliases_TellsTheServerAndShowsWhatIsKnown()
    {
        var shown = await RunAsync(
            "upsert", "contact", "ann", "--email", "ann@acme.com", "--account", "acme", "--trait", "title=Head of IT", "--trait", "seats=12",
            "--trait", "tools=crm", "--trait", "tools=erp", "--trait", "zip=01234", "--trait", "buys=true", "--alias", "cookie-7");
        await RunAsync("upsert", "contact", "ann", "--trait", "seats=");
        using var known = JsonDocument.Parse((await RunAsync("get", "contact", "cookie-7", "--json")).Output);

        Assert.Equal((ExitCode.Done, ""), (shown.ExitCode, shown.Error));
        Assert.StartsWith("Contact ann, ann@acme.com\nKnown as well by cookie-7\nAccount acme (explicit, ", shown.Output, StringComparison.Ordinal);
        Assert.Contains("Traits: buys true, seats 12, title \"Head of IT\", tools [ \"crm\", \"erp\" ], zip \"01234\"\n", shown.Output, StringComparison.Ordinal);
        var traits = known.RootElement.GetProperty("contact").GetProperty("traits");
        Assert.False(traits.TryGetProperty("seats", out _));
        Assert.Equal("Head of IT", traits.GetProperty("title").GetString());
    }

    [Fact]
    public async Task UpsertAccount_WhenItNamesDomainsAndAParent_TellsTheServerAndShowsWhatIsKnown()
    {
        var shown = await RunAsync(
            "upsert", "account", "acme", "--name", "Acme Ltd", "--domain", "acme.com", "--domain", "acme.org", "--company-name", "Acme Works",
            "--parent", "group", "--trait", "employees=800");
        var refused = await RunAsync("upsert", "account", "other", "--domain", "acme.com");

        Assert.Equal((ExitCode.Done, ""), (shown.ExitCode, shown.Error));
        Assert.StartsWith("Account acme, Acme Ltd, domains acme.com, acme.org, also named Acme Works, part of group\n", shown.Output, StringComparison.Ordinal);
        Assert.Contains("Traits: employees 800\n", shown.Output, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Failed, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("The server refuses it: ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("acme.com", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upsert_WhenATraitHasNoName_SaysWhatWouldBeRight()
    {
        var ran = await RunAsync("upsert", "contact", "ann", "--trait", "Head of IT");

        Assert.Equal(ExitCode.BadUsage, ran.ExitCode);
        Assert.Contains("--trait wants NAME=VALUE", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upsert_WhenAnIdEndsWithASpace_SaysThatItIsAnotherId()
    {
        var contact = await RunAsync("upsert", "contact", "ann ", "--alias", " cookie");
        var account = await RunAsync("upsert", "account", "acme ", "--name", "Acme ");

        Assert.Equal((ExitCode.Done, ExitCode.Done), (contact.ExitCode, account.ExitCode));
        Assert.Equal(
            """
            Mind: 'ann ' begins or ends with a space, which makes it another id than 'ann'.
            Mind: ' cookie' begins or ends with a space, which makes it another id than 'cookie'.

            """.ReplaceLineEndings(),
            contact.Error);
        Assert.StartsWith("Mind: 'acme '", account.Error, StringComparison.Ordinal);
    }

    private Task<CommandRun> RunAsync(params string[] arguments) =>
        CommandRun.OfAsync(TestContext.Current.CancellationToken, [.. arguments, "--server", $"{_server!.GrpcAddress}"]);
}
