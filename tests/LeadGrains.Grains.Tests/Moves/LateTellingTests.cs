using LeadGrains.Grains.Names;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Tests.Simulation;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Moves;

/// <summary>What one node told another comes once more, long after: it waited in a process that was stopped, or on a link that broke.</summary>
public sealed class LateTellingTests
{
    private const int Partitions = 6, Here = 1, There = 2;

    // Told by a node, of a partition that stays there; heard in a partition that goes to another node and comes back.
    private static readonly string Contact = IdIn(Here, GrainKind.Contact), Account = IdIn(There, GrainKind.Account);

    [Fact]
    public async Task Account_WhenItHearsAgainOfAContactThatLeft_DoesNotCountIt()
    {
        await using var cluster = await StartAsync();
        await cluster[0].SendAsync(TestSignals.Of("1", Contact, "demo", cluster.Clock.GetUtcNow(), Account));
        Assert.Equal(1u, (await cluster[0].AccountAsync(Account))!.ContactCount);
        cluster.Network.KeepCopies(areKept: false);
        await cluster[0].SendAsync(TestSignals.Of("2", Contact, "demo", cluster.Clock.GetUtcNow(), "elsewhere"));

        await ComeAndGoAsync(cluster);

        Assert.Null(await cluster[0].AccountAsync(Account));
    }

    [Fact]
    public async Task Parent_WhenItHearsAgainOfASubsidiaryThatLeft_GetsNothingOfIt()
    {
        await using var cluster = await StartAsync();
        var part = IdIn(Here, GrainKind.Account);
        await cluster[0].UpsertAsync(new AccountUpsert(0, Account, null, [], []));
        await cluster[0].UpsertAsync(new AccountUpsert(0, part, null, [], []) { ParentAccountId = Account });
        await cluster[0].SendAsync(TestSignals.Of("1", "", "demo", cluster.Clock.GetUtcNow(), part));
        await NodeQuestions.EventuallyAsync(() => cluster[0].AccountAsync(Account), account => account!.Score.IntentPoints > 0);
        cluster.Network.KeepCopies(areKept: false);
        await cluster[0].UpsertAsync(new AccountUpsert(0, part, null, [], []) { ParentAccountId = AccountUpsert.NoParent });
        await NodeQuestions.EventuallyAsync(() => cluster[0].AccountAsync(Account), account => account!.Score.IntentPoints == 0);

        await ComeAndGoAsync(cluster);

        Assert.Equal(0, (await cluster[0].AccountAsync(Account))!.Score.IntentPoints);
    }

    [Fact]
    public async Task Name_WhenItHearsAgainOfAnAccountThatIsCalledOtherwise_LeadsNowhere()
    {
        await using var cluster = await StartAsync();
        var named = IdIn(Here, GrainKind.Account);
        var name = Enumerable.Range(0, 1_000).Select(number => $"firm{number}")
            .First(name => KeyHash.PartitionOf(NameTable.KeyOf(Workspaces.Default, name).First, Partitions) == There);
        await cluster[0].UpsertAsync(new AccountUpsert(0, named, name, [], []));
        await cluster[0].UpsertAsync(SeekerOf("first", name));
        await NodeQuestions.EventuallyAsync(() => cluster[0].ContactAsync("first"), contact => contact!.AccountId == named);
        cluster.Network.KeepCopies(areKept: false);
        await cluster[0].UpsertAsync(new AccountUpsert(0, named, "other", [], []));
        await NodeQuestions.EventuallyAsync(() => cluster[0].ContactAsync("first"), contact => contact!.AccountId.Length == 0);

        await ComeAndGoAsync(cluster);

        // Its answer comes from what the name's partition knows now.
        await cluster[0].UpsertAsync(SeekerOf("second", name));
        Assert.Empty((await cluster[0].ContactAsync("second"))!.AccountId);
    }

    [Fact]
    public async Task Account_WhenItsContactHasComeToItsNode_HearsNothingFromWhereItWas()
    {
        await using var cluster = await StartAsync();
        await cluster[0].SendAsync(TestSignals.Of("1", Contact, "demo", cluster.Clock.GetUtcNow(), Account));
        cluster.Network.KeepCopies(areKept: false);
        await cluster.MoveAsync(Here, cluster.Owners[There]);
        await cluster.CompleteAsync();
        await cluster[0].SendAsync(TestSignals.Of("2", Contact, "demo", cluster.Clock.GetUtcNow(), "elsewhere"));
        Assert.Null(await cluster[0].AccountAsync(Account));

        // Longer than it is remembered that a contact has left.
        cluster.Clock.Advance(TimeSpan.FromHours(3));
        Assert.True(await cluster.Network.TellAgainAsync() > 0);

        Assert.Null(await cluster[0].AccountAsync(Account));
    }

    [Fact]
    public void Takes_WhenSomethingNewerWasHeard_TakesNothingOlder()
    {
        var heard = new LastHeard();
        Assert.True(heard.Takes(from: 3, epoch: 2, number: 7));

        Assert.True(heard.Takes(from: 3, epoch: 2, number: 7));
        Assert.False(heard.Takes(from: 3, epoch: 2, number: 6));
        Assert.False(heard.Takes(from: 3, epoch: 1, number: 9));
        Assert.True(heard.Takes(from: 4, epoch: 1, number: 1));
        Assert.True(heard.Takes(from: 3, epoch: 3, number: 1));
    }

    private static async Task<TestCluster> StartAsync()
    {
        var cluster = await TestCluster.StartAsync(
            ModelReader.Read(Simulator.Model).Model!, new ManualClock(), new GrainNodeOptions { Loops = 2 }, Partitions, nodes: 3);
        await cluster.CompleteAsync();
        cluster.Network.KeepCopies();
        return cluster;
    }

    // Whoever has the partition again knows nothing of what it heard before it left.
    private static async Task ComeAndGoAsync(TestCluster cluster)
    {
        var owner = cluster.Owners[There];
        await cluster.MoveAsync(There, to: 0);
        await cluster.CompleteAsync();
        await cluster.MoveAsync(There, owner);
        await cluster.CompleteAsync();
        Assert.True(await cluster.Network.TellAgainAsync() > 0);
    }

    private static ContactUpsert SeekerOf(string id, string company) => new(0, id, null, null, [new TraitEdit("company", TraitValue.Text(company))]);

    private static string IdIn(int partition, GrainKind kind) => Enumerable.Range(0, 1_000).Select(number => $"id{number}")
        .First(id => KeyHash.PartitionOf(KeyHash.Of(new GrainKey(Workspaces.Default, kind, id)), Partitions) == partition);
}
