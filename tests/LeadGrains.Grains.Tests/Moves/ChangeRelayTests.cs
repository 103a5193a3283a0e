using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Watching;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Moves;

public sealed class ChangeRelayTests
{
    private const int Partitions = 6;
    private const int Nodes = 3;
    private const int Contacts = 40;

    private const string Ladder = """
        name: ladder
        total: {fit: 0, intent: 1}
        intent: {half_point: 10}
        groups: {web: {half_life: 30d}}
        rules: [{name: demo, label: Demo, signal: demo, group: web, points: 40}]
        stages: {contact: [{name: cold}, {name: hot, total: {enter: 60, leave: 1}}]}
        """;

    [Fact]
    public async Task Watch_WhilePartitionsMoveAndANodeDies_TellsEachChangeOnce()
    {
        await using var cluster = await StartAsync();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var heard = new List<string>();
        var watching = WatchAsync(cluster[0], heard, ending.Token);
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(heard.Count), count => count > 0);

        for (var contact = 0; contact < Contacts; contact++)
        {
            await cluster[contact % 2].SendAsync(TestSignals.Of($"s{contact}", $"c{contact}", "demo", cluster.Clock.GetUtcNow()));
            if (contact % 4 == 0)
                await cluster.MoveAsync(contact % Partitions, contact / 4 % 2);
            if (contact == Contacts / 2)
            {
                foreach (var partition in cluster.Kill(2))
                    await cluster.AdoptAsync(partition % 2, [partition]);
            }
        }

        await NodeQuestions.EventuallyAsync(() => Task.FromResult(heard.Count), count => count > Contacts);
        await ending.CancelAsync();
        await watching;
        Assert.Equal(Enumerable.Range(0, Contacts).Select(contact => $"c{contact}").Order(StringComparer.Ordinal), heard.Skip(1).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Watch_WhenATokenOfAnotherNodeIsGiven_GoesOnRightAfterIt()
    {
        await using var cluster = await StartAsync();
        for (var contact = 0; contact < 10; contact++)
            await cluster[0].SendAsync(TestSignals.Of($"s{contact}", $"c{contact}", "demo", cluster.Clock.GetUtcNow()));
        var (seen, token) = await ReadAsync(cluster[1], "", fromStart: true, atLeast: 4);
        var (rest, _) = await ReadAsync(cluster[2], token, fromStart: false, atLeast: 10 - seen.Count);
        Assert.Equal(10, seen.Concat(rest).Distinct().Count());
        Assert.Equal(10, seen.Count + rest.Count);
    }

    private static async Task<TestCluster> StartAsync()
    {
        var cluster = await TestCluster.StartAsync(
            ModelReader.Read(Ladder).Model!, new ManualClock(), new GrainNodeOptions { Loops = 1 }, Partitions, Nodes);
        await cluster.CompleteAsync();
        return cluster;
    }

    // The first notice only says that watching has begun.
    private static async Task WatchAsync(TestNode node, List<string> heard, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var notice in node.Client.WatchChangesAsync(Workspaces.Default, new ChangeFilter(), "", false, cancellationToken))
            {
                if (notice.Change is not null || heard.Count == 0)
                    heard.Add(notice.Change?.Id ?? "");
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static async Task<(List<string> Seen, string Token)> ReadAsync(TestNode node, string token, bool fromStart, int atLeast)
    {
        var seen = new List<string>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await foreach (var notice in node.Client.WatchChangesAsync(Workspaces.Default, new ChangeFilter(), token, fromStart, ending.Token))
        {
            token = notice.ResumeToken;
            if (notice.Change is { } change)
                seen.Add(change.Id);
            if (seen.Count >= atLeast)
                break;
        }

        return (seen, token);
    }
}
