using LeadGrains.Grains.Watching;
using LeadGrains.Journal.V1;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Watching;

public sealed class ChangeFeedTests : IDisposable
{
    private const int Many = 2 * ChangeSubscription.Capacity;

    private readonly ChangeFeed _feed = new(new InMemoryJournal(4));
    private readonly ulong[] _sequences = new ulong[4];

    public void Dispose() => _feed.Dispose();

    // Else whoever watches a workspace in which little happens would fall behind by what happens in others.
    [Fact]
    public void Tell_WhenManyChangesAreOfOthers_LeavesAWatcherItsRoom()
    {
        using var ofOther = _feed.Subscribe("beta", new ChangeFilter());
        using var ofContact = _feed.Subscribe("acme", new ChangeFilter { Ids = new HashSet<string> { "ann" } });
        using var ofAll = _feed.Subscribe("acme", new ChangeFilter());
        for (var change = 0; change < Many; change++)
            Tell("acme", "bob");
        Tell("beta", "cem");
        Tell("acme", "ann");

        Assert.Equal((false, false, true), (ofOther.HasLapsed, ofContact.HasLapsed, ofAll.HasLapsed));
        Assert.Equal(["cem"], Read(ofOther));
        Assert.Equal(["ann"], Read(ofContact));
        Assert.Equal(ChangeSubscription.Capacity, Read(ofAll).Count());
    }

    [Fact]
    public void Subscribe_WhenItWasLeft_IsToldNoMore()
    {
        var left = _feed.Subscribe("acme", new ChangeFilter());
        using var stays = _feed.Subscribe("acme", new ChangeFilter());
        left.Dispose();
        Tell("acme", "ann");

        Assert.Empty(Read(left));
        Assert.Equal(["ann"], Read(stays));
    }

    // Whatever a watcher is not told came before it: up to where it begins it reads the journal.
    [Fact]
    public async Task Subscribe_WhileChangesAreTold_MissesNoneAfterItsBegin()
    {
        const int Changes = 20_000;
        var telling = Task.WhenAll(Enumerable.Range(0, 4).Select(partition => Task.Run(() =>
        {
            for (var sequence = 1UL; sequence <= Changes; sequence++)
            {
                _feed.Tell(partition, Entry("acme", "ann", sequence));
                _feed.Reach(partition, (long)sequence);
            }
        })));
        while (!telling.IsCompleted)
        {
            using var watcher = _feed.Subscribe("acme", new ChangeFilter());
            var next = watcher.Begin.ToArray();
            while (!watcher.HasLapsed && !telling.IsCompleted && next.Sum() < watcher.Begin.ToArray().Sum() + 100)
            {
                while (watcher.Changes.TryRead(out var change))
                {
                    // What comes twice stands in the journal, too, and is passed over.
                    Assert.True(change.Sequence <= next[change.Partition] + 1, $"Between {next[change.Partition]} and {change.Sequence} of partition {change.Partition} something is missing.");
                    next[change.Partition] = Math.Max(next[change.Partition], change.Sequence);
                }
            }
        }

        await telling;
    }

    private static IEnumerable<string> Read(ChangeSubscription watcher)
    {
        while (watcher.Changes.TryRead(out var change))
            yield return change.Id;
    }

    private void Tell(string workspace, string id) => _feed.Tell(0, Entry(workspace, id, ++_sequences[0]));

    private static Entry Entry(string workspace, string id, ulong sequence) => new()
    {
        Workspace = workspace,
        Sequence = sequence,
        Kind = LeadGrains.Journal.V1.GrainKind.Contact,
        GrainId = id,
        StageChanged = new StageChanged { FromStage = "zero", ToStage = "one" },
    };
}
