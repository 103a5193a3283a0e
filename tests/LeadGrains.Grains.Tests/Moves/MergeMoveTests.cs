using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Tests.Simulation;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Moves;

/// <summary>Merges that are asked for at all nodes at once, while partitions move.</summary>
public sealed class MergeMoveTests
{
    private const int Partitions = 6, Nodes = 3, People = 24, Runs = 5;

    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private static readonly string[] Types = ["viewed", "demo", "viewed"];
    private static readonly ScoringModel Model = ModelReader.Read(Simulator.Model).Model!;

    [Fact]
    public async Task Merge_WhenNodesAskForOppositeOnes_LeadsInNoCircle()
    {
        await using var cluster = await StartAsync();
        await SendAsync(cluster);
        for (var i = 0; i < People; i += 2)
        {
            var (left, right) = ($"p{i}", $"p{i + 1}");
            await Task.WhenAll(MergeAsync(cluster, i % Nodes, left, right), MergeAsync(cluster, (i + 1) % Nodes, right, left)).WaitAsync(TimeSpan.FromSeconds(60), Token);
        }

        await ExpectOneOfEachAsync(cluster, People / 2);
    }

    [Fact]
    public async Task Merge_WhenPartitionsMoveAndNodesDie_IsFinishedAndLosesNothing()
    {
        for (var seed = 1; seed <= Runs; seed++)
            await RunAsync(seed, lost: 0).WaitAsync(TimeSpan.FromSeconds(120), Token);
    }

    [Fact]
    public async Task Merge_WhenTheNetworkLosesAndDoubles_IsFinishedAndLosesNothing()
    {
        for (var seed = 1; seed <= Runs; seed++)
            await RunAsync(seed, lost: 0.15).WaitAsync(TimeSpan.FromSeconds(120), Token);
    }

    private static async Task RunAsync(int seed, double lost)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var cluster = await StartAsync();
        await SendAsync(cluster);
        cluster.Network.Trouble(new Random(seed), lost);
        var pairs = Enumerable.Range(0, 20).Select(_ => (From: random.Next(People), Into: random.Next(People))).Where(pair => pair.From != pair.Into).ToList();
        var merging = pairs.Select((pair, i) => MergeAsync(cluster, i % 2, $"p{pair.From}", $"p{pair.Into}")).ToList();
        for (var move = 0; move < 6; move++)
            await cluster.MoveAsync(move % 2 == 0 ? 0 : random.Next(Partitions), random.Next(Nodes));
        if (cluster.Owners[0] != 2)
            await cluster.MoveAsync(0, 2);
        foreach (var partition in cluster.Kill(2))
            await cluster.AdoptAsync(partition % 2, [partition]);
        await Task.WhenAll(merging);
        cluster.Network.Trouble(new Random(seed), 0);

        await cluster.CompleteAsync();
        await ExpectOneOfEachAsync(cluster, GroupsOf(pairs));
    }

    // How many people there are in the end.
    private static int GroupsOf(List<(int From, int Into)> pairs)
    {
        int[] leaders = [.. Enumerable.Range(0, People)];
        foreach (var (from, into) in pairs)
        {
            var (left, right) = (leaders[from], leaders[into]);
            leaders = [.. leaders.Select(leader => leader == left ? right : leader)];
        }

        return leaders.Distinct().Count();
    }

    private static async Task<TestCluster> StartAsync()
    {
        var cluster = await TestCluster.StartAsync(Model, new ManualClock(), new GrainNodeOptions { Loops = 2 }, Partitions, Nodes);
        await cluster.CompleteAsync();
        return cluster;
    }

    // Whoever is told that it is not known asks again: that is safe.
    private static async Task MergeAsync(TestCluster cluster, int node, string from, string into)
    {
        while (true)
        {
            try
            {
                await cluster[node].Client.MergeContactsAsync(Workspaces.Default, from, into, Token);
                return;
            }
            catch (GrainException failure) when (failure is PartitionUnavailableException or OverloadedException)
            {
                await Task.Delay(20, Token);
            }
        }
    }

    private static async Task SendAsync(TestCluster cluster)
    {
        var signals = Enumerable.Range(0, People).SelectMany(i => Types.Select(
            (type, n) => TestSignals.Of($"{i}-{n}", $"p{i}", type, cluster.Clock.GetUtcNow(), email: $"p{i}@acme.com")));
        await cluster[0].SendAsync(signals);
    }

    // Three signals of each person, whoever they are one with: counted once, and seen from every node alike.
    private static async Task ExpectOneOfEachAsync(TestCluster cluster, int people)
    {
        foreach (var node in cluster.Alive)
        {
            var found = new Dictionary<string, ContactView>();
            for (var i = 0; i < People; i++)
            {
                var contact = (await cluster[node].ContactAsync($"p{i}").WaitAsync(TimeSpan.FromSeconds(20), Token))!;
                found[contact.Id] = contact;
            }

            Assert.Equal(people, found.Count);
            Assert.Equal(3ul * People, found.Values.Aggregate(0ul, (sum, contact) => sum + contact.SignalCount));
            Assert.Equal(People - people, found.Values.Sum(contact => contact.MergedContactIds.Count));
        }
    }
}
