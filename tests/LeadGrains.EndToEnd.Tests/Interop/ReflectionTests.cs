using System.Text.Json;
using LeadGrains.EndToEnd.Tests.Processes;

namespace LeadGrains.EndToEnd.Tests.Interop;

/// <summary>`buf curl` with no schema but what the server tells of itself.</summary>
public sealed class ReflectionTests
{
    private static readonly string[] Services =
    [
        "leadgrains.v1.AccountService", "leadgrains.v1.AuditService", "leadgrains.v1.ContactService", "leadgrains.v1.IngestService", "leadgrains.v1.ModelService",
        "leadgrains.v1.PrivacyService", "leadgrains.v1.RankingService", "leadgrains.v1.RefusalService", "leadgrains.v1.StageService",
        "leadgrains.v1.ChangeService", "leadgrains.v1.ExportService", "leadgrains.v1.WebhookService",
        "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("grpc-v1")]
    [InlineData("grpc-v1alpha")]
    public async Task BufCurl_WhenItHasNoSchema_ListsDescribesAndCalls(string reflection)
    {
        var buf = BufCurl.ByReflection(await OtherPrograms.RequireBufAsync(), reflection);
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled);

        Assert.Equal(Services.Order(StringComparer.Ordinal), await buf.ListAsync(server.Grpc, "--list-services"));
        var methods = await buf.ListAsync(server.Grpc, "--list-methods");
        Assert.Superset(
            new HashSet<string> { "leadgrains.v1.IngestService/RecordSignals", "leadgrains.v1.IngestService/StreamSignals", "leadgrains.v1.RankingService/RankAccounts", "grpc.health.v1.Health/Watch" },
            methods.ToHashSet());
        Assert.Superset(Services.ToHashSet(), methods.Select(method => method.Split('/')[0]).ToHashSet());

        var recorded = Assert.Single(await buf.CallAsync(
            server.Grpc,
            "IngestService/RecordSignals",
            """{"signals": [{"id": "r1", "type": "demo_requested", "contactId": "ann", "email": "ann@acme.com", "occurredAt": "2020-01-01T00:00:00Z"}], "ackLevel": "ACK_LEVEL_RANKED"}"""));
        var ranked = Assert.Single(await buf.CallAsync(server.Grpc, "RankingService/RankAccounts", """{"pageSize": 5, "filter": {"includeDisqualified": true}}"""));

        Assert.Equal(1, recorded.GetProperty("recorded").GetInt32());
        Assert.Equal("acme.com", Assert.Single(ranked.GetProperty("accounts").EnumerateArray()).GetProperty("accountId").GetString());
    }

    [Fact]
    public async Task BufCurl_WhenTheCallFails_ShowsTheTypesOfItsDetails()
    {
        var buf = BufCurl.ByReflection(await OtherPrograms.RequireBufAsync(), "grpc-v1");
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled);

        var fault = await buf.FaultAsync(server.Grpc, "RankingService/RankAccounts", """{"pageSize": -1, "rankBy": 9}""");

        Assert.Equal("invalid_argument", fault.GetProperty("code").GetString());
        Assert.Equal(["google.rpc.ErrorInfo", "google.rpc.BadRequest"], fault.GetProperty("details").EnumerateArray().Select(TypeOf));
    }

    private static string? TypeOf(JsonElement detail) => detail.GetProperty("type").GetString();
}
