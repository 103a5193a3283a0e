using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using LeadGrains.Cluster.Peers;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains;
using LeadGrains.Grains.Ranking;
using AckLevel = LeadGrains.Grains.AckLevel;

namespace LeadGrains.Cluster.Tests.Peers;

public sealed class PeerLinkTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private static readonly string[] Contacts = [.. Enumerable.Range(0, 100).Select(i => $"c{i}")];

    [Fact]
    public async Task Requests_WhenTwoNodesShareThePartitions_GoBothWays()
    {
        var store = await PeerStore.NewAsync();
        await using var left = await PeerNode.StartAsync("left", store);
        await using var right = await PeerNode.StartAsync("right", store);
        await store.DealAsync(left, right);

        var fromLeft = await left.Client.RecordAsync(left.Batch("1", Contacts), Token);
        var fromRight = await right.Client.RecordAsync(right.Batch("2", Contacts), Token);
        var again = await right.Client.RecordAsync(right.Batch("1", Contacts), Token);

        Assert.Equal((new RecordOutcome(100, 0), new RecordOutcome(100, 0), new RecordOutcome(0, 100)), (fromLeft, fromRight, again));
        foreach (var node in new[] { left, right })
        {
            Assert.Equal(Enumerable.Repeat(2ul, 100), await Task.WhenAll(Contacts.Select(async id => (await node.Client.GetContactAsync(Workspaces.Default, id, Token))!.SignalCount)));
            var page = await node.Client.RankAsync(Workspaces.Default, GrainKind.Contact, RankFilter.None, RankBy.Total, 1_000, "", Token);
            Assert.Equal(Contacts.Order(), page.Grains.Select(grain => grain.Id).Order());
            Assert.Empty(page.MissingPartitions);
        }
    }

    [Fact]
    public async Task Accounts_WhenContactsOfBothNodesContribute_AreRankedWithAllOfThemAtBoth()
    {
        var store = await PeerStore.NewAsync();
        await using var left = await PeerNode.StartAsync("left", store);
        await using var right = await PeerNode.StartAsync("right", store);
        await store.DealAsync(left, right);
        string AccountOf(string contact) => $"a{contact[^1]}";

        await left.Client.RecordAsync(left.Batch("1", Contacts, AccountOf), Token).WaitAsync(TimeSpan.FromSeconds(30), Token);
        await right.Client.RecordAsync(right.Batch("2", Contacts, AccountOf), Token).WaitAsync(TimeSpan.FromSeconds(30), Token);

        foreach (var node in new[] { left, right })
        {
            for (var i = 0; i < 10; i++)
                Assert.Equal(10u, (await node.Client.GetAccountAsync(Workspaces.Default, $"a{i}", Token))!.ContactCount);
            var page = await node.Client.RankAsync(Workspaces.Default, GrainKind.Account, RankFilter.None, RankBy.Total, 100, "", Token);
            Assert.Empty(page.MissingPartitions);
            Assert.Equal(Enumerable.Range(0, 10).Select(i => $"a{i}"), page.Grains.Select(grain => grain.Id).Order());
        }
    }

    [Fact]
    public async Task Requests_WhenTheLinkBreaks_FailAndGoOnOnceItIsUp()
    {
        var store = await PeerStore.NewAsync();
        await using var left = await PeerNode.StartAsync("left", store);
        await using var right = await PeerNode.StartAsync("right", store);
        await store.DealAsync(right);
        PeerStore.Lead([left], [right]);
        await UpsertAsync(left, "c1");

        store.Journal.Hold();
        var stuck = UpsertAsync(left, "c2");
        while (store.Journal.WaitingCount == 0)
            await Task.Delay(1, Token);
        await right.StopServingAsync();

        await Assert.ThrowsAsync<PartitionUnavailableException>(() => stuck.WaitAsync(TimeSpan.FromSeconds(30), Token));
        var waiting = UpsertAsync(left, "c3");
        Assert.False(waiting.IsCompleted);
        store.Journal.Release();
        await right.ServeAgainAsync();

        Assert.Equal(1u, (await waiting.WaitAsync(TimeSpan.FromSeconds(30), Token)).Recorded);
        Assert.NotNull(await left.Client.GetContactAsync(Workspaces.Default, "c3", Token));
    }

    [Fact]
    public async Task Requests_WhenTooMuchIsUnderWay_AreRefusedOrHeldBack()
    {
        var options = new PeerOptions { Capacity = 150 };
        var store = await PeerStore.NewAsync();
        await using var left = await PeerNode.StartAsync("left", store, options);
        await using var right = await PeerNode.StartAsync("right", store, options);
        await store.DealAsync(right);
        PeerStore.Lead([left], [right]);
        await UpsertAsync(left, "c1");

        store.Journal.Hold();
        var first = left.Client.RecordAsync(left.Batch("1", Contacts), Token);
        await Assert.ThrowsAsync<OverloadedException>(() => left.Client.RecordAsync(left.Batch("2", Contacts), Token));
        var heldBack = left.Client.EnqueueAsync(left.Batch("3", Contacts), Token).AsTask();
        Assert.False(heldBack.IsCompleted);
        store.Journal.Release();

        Assert.Equal(new RecordOutcome(100, 0), await first.WaitAsync(TimeSpan.FromSeconds(30), Token));
        Assert.Equal(new RecordOutcome(100, 0), await (await heldBack).WaitAsync(TimeSpan.FromSeconds(30), Token));
    }

    [Fact]
    public async Task Requests_WhenNoAnswerComesInTime_Fail()
    {
        var store = await PeerStore.NewAsync();
        await using var left = await PeerNode.StartAsync("left", store, new PeerOptions { AnswerWithin = TimeSpan.FromMilliseconds(400) });
        await using var right = await PeerNode.StartAsync("right", store);
        await store.DealAsync(right);
        PeerStore.Lead([left], [right]);
        await UpsertAsync(left, "c1");

        store.Journal.Hold();
        var failure = await Assert.ThrowsAsync<PartitionUnavailableException>(() => UpsertAsync(left, "c2").WaitAsync(TimeSpan.FromSeconds(30), Token));
        store.Journal.Release();

        Assert.Contains("has not answered", failure.Message, StringComparison.Ordinal);
        await UpsertAsync(left, "c3");
    }

    [Fact]
    public async Task Requests_WhenTheOtherNodeShutsDown_WaitForAnotherOwner()
    {
        using var closing = new CancellationTokenSource();
        var down = new TaskCompletionSource();
        var store = await PeerStore.NewAsync();
        await using var left = await PeerNode.StartAsync("left", store, new PeerOptions { Tell = _ => down.TrySetResult() });
        await using var right = await PeerNode.StartAsync("right", store, closing: closing);
        await store.DealAsync(right);
        PeerStore.Lead([left], [right]);
        await UpsertAsync(left, "c1");

        await right.Node.ReleaseAsync([.. Enumerable.Range(0, 8)]);
        await closing.CancelAsync();
        await down.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        var waiting = UpsertAsync(left, "c2");
        await left.Node.AdoptAsync([.. Enumerable.Range(0, 8).Select(partition => new Grains.Partitions.OwnedPartition(partition, 2))], Token);
        Assert.False(waiting.IsCompleted);
        PeerStore.Lead([left], [left]);

        Assert.Equal(1u, (await waiting.WaitAsync(TimeSpan.FromSeconds(30), Token)).Recorded);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer another-secret-altogether")]
    [InlineData(PeerNode.Secret)]
    public async Task Exchange_WhenTheSecretIsNotTheClusters_IsRefused(string? said)
    {
        var store = await PeerStore.NewAsync();
        await using var node = await PeerNode.StartAsync("node", store);
        using var channel = GrpcChannel.ForAddress($"http://{node.Address}");
        Metadata headers = [];
        if (said is not null)
            headers.Add("authorization", said);

        using var call = new PartitionService.PartitionServiceClient(channel).Exchange(headers, cancellationToken: Token);
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token));

        Assert.Equal(StatusCode.Unauthenticated, failure.StatusCode);
        Assert.DoesNotContain(PeerNode.Secret, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_WhenTheSecretsDiffer_StaysDownAndSaysWhyOnce()
    {
        var told = new List<string>();
        var store = await PeerStore.NewAsync();
        var options = new PeerOptions { LongestPause = TimeSpan.FromMilliseconds(20), Tell = told.Add };
        await using var left = await PeerNode.StartAsync("left", store, options, secret: "quite-another-secret");
        await using var right = await PeerNode.StartAsync("right", store);
        await store.DealAsync(right);
        PeerStore.Lead([left], [right]);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        giveUp.CancelAfter(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left.Client.GetContactAsync(Workspaces.Default, "c1", giveUp.Token));

        Assert.Contains("secret", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exchange_WhenOneMessageHasManyRequests_AnswersEach()
    {
        var store = await PeerStore.NewAsync();
        await using var node = await PeerNode.StartAsync("node", store);
        using var channel = GrpcChannel.ForAddress($"http://{node.Address}");
        using var call = new PartitionService.PartitionServiceClient(channel).Exchange(new PeerSecret(PeerNode.Secret).Headers, cancellationToken: Token);
        using var pack = new Pack();
        for (ulong id = 1; id <= 3; id++)
            pack.Add(id, [0xFF, (byte)id]);

        Assert.True(await call.ResponseStream.MoveNext(Token));
        await call.RequestStream.WriteAsync(new ExchangeRequest { Requests = ByteString.CopyFrom(pack.Bytes.Span) }, Token);
        var answered = new List<ulong>();
        while (answered.Count < 3 && await call.ResponseStream.MoveNext(Token))
        {
            for (var left = call.ResponseStream.Current.Answers.Memory; !left.IsEmpty;)
            {
                // Nobody knows such a request, and what comes after it is heard all the same.
                Assert.NotEmpty(Pack.TakeFirst(ref left, out var id).ToArray());
                answered.Add(id);
            }
        }

        Assert.Equal([1ul, 2ul, 3ul], answered.Order());
    }

    [Fact]
    public async Task Exchange_WhenAMessageIsNotWhole_EndsTheLink()
    {
        var store = await PeerStore.NewAsync();
        await using var node = await PeerNode.StartAsync("node", store);
        using var channel = GrpcChannel.ForAddress($"http://{node.Address}");
        using var call = new PartitionService.PartitionServiceClient(channel).Exchange(new PeerSecret(PeerNode.Secret).Headers, cancellationToken: Token);

        Assert.True(await call.ResponseStream.MoveNext(Token));
        await call.RequestStream.WriteAsync(new ExchangeRequest { Requests = ByteString.CopyFrom(1, 2, 3) }, Token);

        await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token).WaitAsync(TimeSpan.FromSeconds(30), Token));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("with spaces and so on")]
    [InlineData("with-ünprintable-characters")]
    public void Secret_WhenItIsNoneThatAHeaderCanCarry_IsRefused(string secret) =>
        Assert.DoesNotContain(secret, Assert.Throws<ArgumentException>(() => new PeerSecret(secret)).Message, StringComparison.Ordinal);

    private static Task<UpsertOutcome> UpsertAsync(PeerNode node, string id) =>
        node.Client.UpsertContactsAsync(Workspaces.Default, [new ContactUpsert(0, id, null, null, [])], AckLevel.Recorded, Token);
}
