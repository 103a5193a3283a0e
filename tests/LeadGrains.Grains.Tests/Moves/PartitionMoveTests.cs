using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Tests.Simulation;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Moves;

public sealed class PartitionMoveTests
{
    private const int Partitions = 6;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly ManualClock _clock = new(Start);

    [Fact]
    public async Task Account_WhenContactsOfOtherNodesContribute_HasThemAll()
    {
        await using var cluster = await StartAsync(nodes: 3);
        await SendAsync(cluster, 0, 30);
        await ExpectAsync(cluster, 30);
    }

    [Fact]
    public async Task Partition_WhenItMovesBetweenNodes_KeepsEverything()
    {
        await using var cluster = await StartAsync(nodes: 3);
        await SendAsync(cluster, 0, 30);
        for (var round = 0; round < 3; round++)
        {
            for (var partition = 0; partition < Partitions; partition++)
                await cluster.MoveAsync(partition, (cluster.Owners[partition] + 1) % 3).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            await cluster.CompleteAsync();
            await SendAsync(cluster, 30 + (round * 10), 10);
            await ExpectAsync(cluster, 40 + (round * 10));
        }
    }

    [Fact]
    public async Task Partition_WhenItsNodeDies_ComesBackElsewhereWithEverything()
    {
        await using var cluster = await StartAsync(nodes: 3);
        await SendAsync(cluster, 0, 30);
        var orphans = cluster.Kill(1);
        foreach (var partition in orphans)
            await cluster.AdoptAsync(partition % 2 == 0 ? 0 : 2, [partition]);
        await cluster.CompleteAsync();
        await ExpectAsync(cluster, 30);
        await SendAsync(cluster, 30, 10);
        await ExpectAsync(cluster, 40);
    }

    private async Task<TestCluster> StartAsync(int nodes)
    {
        var cluster = await TestCluster.StartAsync(
            ModelReader.Read(Simulator.Model).Model!, _clock, new GrainNodeOptions { Loops = 2 }, Partitions, nodes);
        await cluster.CompleteAsync();
        return cluster;
    }

    private async Task SendAsync(TestCluster cluster, int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            var node = cluster[cluster.Alive[i % cluster.Alive.Count]];
            await node.SendAsync(TestSignals.Of($"s{i}", $"c{i}", "demo", _clock.GetUtcNow(), $"a{i % 4}")).WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    private static async Task ExpectAsync(TestCluster cluster, int contacts)
    {
        cluster.HoldClock();
        foreach (var node in cluster.Alive)
        {
            var counts = new List<uint>();
            for (var account = 0; account < 4; account++)
                counts.Add((await cluster[node].AccountAsync($"a{account}"))!.ContactCount);
            Assert.Equal(contacts, counts.Sum(count => count));
            await Recomputation.CompareAsync(cluster[node].Client, Enumerable.Range(0, contacts).Select(i => $"c{i}"), Enumerable.Range(0, 4).Select(i => $"a{i}"));
        }

        cluster.HoldClock(isStill: false);
    }
}
