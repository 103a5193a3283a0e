using System.Text;
using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Cluster;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.Testing.Postgres;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Privacy;

/// <summary>Whichever node is asked, a person is erased wherever its ids are driven, also while a node goes.</summary>
public sealed class ClusterErasureTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly TempFolder _folder = new();
    private PostgresServer? _database;
    private NodeProcesses? _nodes;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private NodeProcesses Nodes => _nodes!;

    public async ValueTask InitializeAsync()
    {
        OtherPrograms.RequirePostgres();
        _database = await PostgresServer.StartAsync(_folder.Path, [], Cancelled);
        var address = _database.AddressOf("postgres");
        _nodes = new NodeProcesses(_folder.Path, address, _ => address);
    }

    public async ValueTask DisposeAsync()
    {
        if (_nodes is not null)
            await _nodes.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Erase_WhenANodeIsKilledMeanwhile_LeavesNothingAndAllOthersAsTheyWere()
    {
        var erased = Enumerable.Range(0, 6).ToHashSet();
        await Nodes.StartAsync("a", "b");
        await Nodes.SettleAsync("a", "b");
        await Crowd.FillAsync(Nodes["a"], Cancelled);
        var before = await Crowd.StandAsync(Nodes["b"], erased, Cancelled);

        Assert.NotNull((await EraseAsync(Nodes["a"], 0)).FinishedAt);
        Assert.NotNull((await EraseAsync(Nodes["b"], 1)).FinishedAt);
        await Crowd.CheckErasedAsync(Nodes["a"], 1, Cancelled);
        await Crowd.CheckErasedAsync(Nodes["b"], 0, Cancelled);

        var cutOff = EraseUntilItFailsAsync(Nodes["a"], [2, 3, 4, 5]);
        await Task.Delay(150, Cancelled);
        Nodes.Kill("a");
        await cutOff;
        await Nodes.SettleAsync("b");
        foreach (var person in erased)
            await EraseInTheEndAsync(Nodes["b"], person);
        foreach (var person in erased)
            await Crowd.CheckErasedAsync(Nodes["b"], person, Cancelled);
        Crowd.AssertSame(before, await Crowd.StandAsync(Nodes["b"], erased, Cancelled));

        var texts = erased.SelectMany(Crowd.Texts).SelectMany(text => new[] { text, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)) });
        Assert.Empty(Crowd.FoundIn(await _database!.DumpAsync("postgres", Cancelled), texts));
    }

    [Fact]
    public async Task RetainContacts_WhenTheNodeThatLetsGoIsKilled_IsFinishedByAnotherOneAndTakesWhoComesBackForNew()
    {
        await Nodes.StartAsync("a", "b");
        await Nodes.SettleAsync("a", "b");
        await Crowd.FillAsync(Nodes["a"], Cancelled);
        await Nodes.StopAsync("a");
        await Nodes.StopAsync("b");

        Nodes.Options = ["--retain-contacts", "1s", "--retention-every", "1s", "--checkpoint-entries", "1"];
        await Nodes.StartAsync("c", "d");
        await Nodes.SettleAsync("c", "d");
        await Task.Delay(700, Cancelled);
        Nodes.Kill("c");
        await Nodes.SettleAsync("d");
        await WaitUntilAllHaveGoneAsync(Nodes["d"]);

        var texts = Enumerable.Range(0, Crowd.People).SelectMany(Crowd.Texts).SelectMany(text => new[] { text, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)) });
        Assert.Empty(Crowd.FoundIn(await _database!.DumpAsync("postgres", Cancelled), texts));
        Nodes.Options = [];
        await Nodes.StopAsync("d");
        await Nodes.StartAsync("e", "f");
        await Nodes.SettleAsync("e", "f");
        Assert.Equal(3u, (await Crowd.RecordAsync(Nodes["e"], Crowd.Late(7), Cancelled)).Recorded);
        var returned = (await Nodes["f"].Contacts.GetContactAsync(new GetContactRequest { ContactId = Crowd.Cookie(7) }, cancellationToken: Cancelled)).Contact;
        Assert.Equal((Crowd.Cookie(7), 1ul), (returned.ContactId, returned.SignalCount));
    }

    private static async Task WaitUntilAllHaveGoneAsync(ServerProcess node)
    {
        var client = new PrivacyService.PrivacyServiceClient(node.Channel);
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                var ranked = await node.Ranking.RankContactsAsync(new RankContactsRequest { PageSize = 1_000 }, cancellationToken: Cancelled);
                var run = (await client.GetRetentionAsync(new GetRetentionRequest(), cancellationToken: Cancelled)).Retention;
                if (ranked.Contacts.Count == 0 && run is { FinishedAt: not null, RemovedContacts: 0 })
                    return;
            }
            catch (RpcException fault) when (fault.StatusCode is StatusCode.NotFound or StatusCode.Unavailable)
            {
                // The first run is still to come, or the partitions are on their way.
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < Limit, $"not everybody has gone\n{node.Process.Output}");
            await Task.Delay(100, Cancelled);
        }
    }

    private static async Task EraseUntilItFailsAsync(ServerProcess node, IEnumerable<int> people)
    {
        try
        {
            foreach (var person in people)
                await EraseAsync(node, person);
        }
        catch (RpcException)
        {
            // The node has gone, and others go on.
        }
    }

    private static async Task EraseInTheEndAsync(ServerProcess node, int person)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                Assert.NotNull((await EraseAsync(node, person)).FinishedAt);
                return;
            }
            catch (RpcException fault) when (fault.StatusCode is StatusCode.Unavailable && TimeProvider.System.GetElapsedTime(began) < Limit)
            {
                await Task.Delay(200, Cancelled);
            }
        }
    }

    private static async Task<Erasure> EraseAsync(ServerProcess node, int person)
    {
        var client = new PrivacyService.PrivacyServiceClient(node.Channel);
        return (await client.EraseContactAsync(new EraseContactRequest { ContactId = Crowd.Id(person) }, cancellationToken: Cancelled)).Erasure;
    }
}
