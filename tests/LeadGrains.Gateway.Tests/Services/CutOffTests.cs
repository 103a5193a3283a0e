using Grpc.Core;
using Grpc.Health.V1;
using LeadGrains.V1;

namespace LeadGrains.Gateway.Tests.Services;

/// <summary>While it is not known whether this node still has its partitions, it takes what the store checks, and tells nothing.</summary>
public sealed class CutOffTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_WhenTheNodeIsCutOff_AreUnavailableUntilItIsHeardAgain()
    {
        await using var host = await GatewayHost.StartAsync();
        var ingest = new IngestService.IngestServiceClient(host.Channel);
        var (contacts, accounts) = (new ContactService.ContactServiceClient(host.Channel), new AccountService.AccountServiceClient(host.Channel));
        var ranking = new RankingService.RankingServiceClient(host.Channel);
        var health = new global::Grpc.Health.V1.Health.HealthClient(host.Channel);
        Func<Task>[] reads =
        [
            () => ranking.RankAccountsAsync(new RankAccountsRequest(), cancellationToken: Token).ResponseAsync,
            () => ranking.RankContactsAsync(new RankContactsRequest(), cancellationToken: Token).ResponseAsync,
            () => contacts.GetContactAsync(new GetContactRequest { ContactId = "ann" }, cancellationToken: Token).ResponseAsync,
            () => contacts.ExplainContactAsync(new ExplainContactRequest { ContactId = "ann" }, cancellationToken: Token).ResponseAsync,
            () => contacts.ListSignalsAsync(new ListSignalsRequest { ContactId = "ann" }, cancellationToken: Token).ResponseAsync,
            () => accounts.GetAccountAsync(new GetAccountRequest { AccountId = "acme" }, cancellationToken: Token).ResponseAsync,
            () => accounts.ExplainAccountAsync(new ExplainAccountRequest { AccountId = "acme" }, cancellationToken: Token).ResponseAsync,
            () => accounts.ListAccountContactsAsync(new ListAccountContactsRequest { AccountId = "acme" }, cancellationToken: Token).ResponseAsync,
        ];

        host.IsCutOff = true;
        var signal = new Signal { Id = "1", Type = "page_viewed", ContactId = "ann", AccountId = "acme" };
        var answer = await ingest.RecordSignalsAsync(new RecordSignalsRequest { Signals = { signal }, AckLevel = AckLevel.Ranked }, cancellationToken: Token);
        Assert.Equal(1u, answer.Recorded);
        foreach (var read in reads)
        {
            var refused = await Assert.ThrowsAsync<RpcException>(read);
            Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
            Assert.Contains("has not been heard of", refused.Status.Detail, StringComparison.Ordinal);
        }

        var unknown = await Assert.ThrowsAsync<RpcException>(
            () => contacts.GetContactAsync(new GetContactRequest { ContactId = "nobody" }, cancellationToken: Token).ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, unknown.StatusCode);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, (await health.CheckAsync(new HealthCheckRequest(), cancellationToken: Token)).Status);

        host.IsCutOff = false;
        foreach (var read in reads)
            await read();
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest(), cancellationToken: Token)).Status);
    }
}
