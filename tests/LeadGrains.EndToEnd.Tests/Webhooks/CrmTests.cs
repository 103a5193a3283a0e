using System.Text.Json;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Webhooks;

/// <summary>The script of deploy/crm.md between a real server and what stands for a CRM that refuses everything once.</summary>
public sealed class CrmTests
{
    private const string Secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // By the default model a demo and a quote make 150 points: a contact enters "engaged".
    [Fact]
    public async Task Forward_ToHubSpot_WritesTheContactByItsAddress()
    {
        var asked = await ForwardAsync("hubspot", "HUBSPOT_URL", "HUBSPOT_TOKEN");

        Assert.Equal(("POST", "/crm/v3/objects/contacts/batch/upsert", "Bearer pat-1"), (asked.Method, asked.Path, asked.Authorization));
        var input = Assert.Single(asked.Body.GetProperty("inputs").EnumerateArray());
        Assert.Equal(("email", "ann@acme.com"), (input.GetProperty("idProperty").GetString(), input.GetProperty("id").GetString()));
        var properties = input.GetProperty("properties");
        Assert.Equal("engaged", properties.GetProperty("leadgrains_stage").GetString());
        Assert.StartsWith("total ", properties.GetProperty("leadgrains_reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forward_ToSalesforce_WritesTheContactByItsId()
    {
        var asked = await ForwardAsync("salesforce", "SALESFORCE_URL", "SALESFORCE_TOKEN");

        Assert.Equal(("PATCH", "/services/data/v62.0/sobjects/Contact/LeadGrains_Id__c/ann", "Bearer pat-1"), (asked.Method, asked.Path, asked.Authorization));
        Assert.Equal(
            ("engaged", "ann@acme.com", "ann@acme.com"),
            (asked.Body.GetProperty("LeadGrains_Stage__c").GetString(), asked.Body.GetProperty("Email").GetString(), asked.Body.GetProperty("LastName").GetString()));
        Assert.InRange(asked.Body.GetProperty("LeadGrains_Total__c").GetDouble(), 43, 60);
    }

    private static async Task<Request> ForwardAsync(string name, string url, string token)
    {
        await OtherPrograms.RequireNodeAsync();
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled, "--webhook-allow", "127.0.0.0/8", "--webhook-retry", "100ms");
        await using var crm = RunningProcess.Start("node", ["crm.js"], RepositoryFiles.Webhooks);
        var environment = new Dictionary<string, string>
        {
            ["NODE_PATH"] = OtherPrograms.NodeModules,
            ["PORT"] = "0",
            ["WEBHOOK_SECRET"] = Secret,
            ["LEADGRAINS_URL"] = server.Http.ToString().TrimEnd('/'),
            ["CRM"] = name,
            [url] = $"http://127.0.0.1:{await PortAsync(crm)}",
            [token] = "pat-1",
        };
        await using var forward = RunningProcess.Start("node", ["forward.js"], Path.Combine(RepositoryFiles.Root, "deploy", "crm"), environment: environment);
        await new WebhookService.WebhookServiceClient(server.Channel).CreateWebhookAsync(
            new CreateWebhookRequest { Url = $"http://127.0.0.1:{await PortAsync(forward)}/", Secret = Secret, Kinds = { GrainKind.Contact } }, cancellationToken: Cancelled);
        await server.Ingest.RecordSignalsAsync(
            new RecordSignalsRequest
            {
                Signals =
                {
                    new Signal { Id = "1", Type = "demo_requested", ContactId = "ann", Email = "ann@acme.com" },
                    new Signal { Id = "2", Type = "quote_requested", ContactId = "ann", Email = "ann@acme.com" },
                },
            },
            cancellationToken: Cancelled);

        var line = (await crm.LineAsync("asked ", Limit, Cancelled)).Split(' ', 6);
        return new Request(line[1], line[2], $"{line[3]} {line[4]}", JsonDocument.Parse(line[5]).RootElement);
    }

    private static async Task<string> PortAsync(RunningProcess process) => (await process.LineAsync("listening ", Limit, Cancelled))["listening ".Length..].Trim();

    private sealed record Request(string Method, string Path, string Authorization, JsonElement Body);
}
