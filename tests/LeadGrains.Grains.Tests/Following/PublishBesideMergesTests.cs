using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Tests.Client.Merges;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Tests.Simulation;
using LeadGrains.Journal.V1;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Following;

/// <summary>What comes in several steps goes on beside one publication after another: merges, and claims of domains.</summary>
public sealed class PublishBesideMergesTests
{
    private const int Partitions = 6;
    private const int Merges = 4;
    private const int SignalsOfOne = 100;
    private const int Claims = 24;
    private const int ClaimsAtOnce = 6;
    private const int FewestPublications = 12;

    private static readonly string[] Contacts =
        [.. Enumerable.Range(0, 7).Select(number => $"c{number}"), .. Enumerable.Range(0, Merges).SelectMany(number => new[] { $"from{number}", $"into{number}" })];

    private static readonly string[] Accounts =
        [.. Enumerable.Range(0, Claims).SelectMany(number => new[] { $"a{number}", $"firm{number}.com" }), "acme"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_WhenMergesAndClaimsAreUnderWay_LosesAndDoublesNothing()
    {
        LateSteps? steps = null;
        await using var node = await TestNode.StartAsync(
            new InMemoryJournal(Partitions), new InMemoryGrainStore(Partitions), Publishing.First, new ManualClock(),
            new GrainNodeOptions { Loops = 2, CheckpointEntries = 40 }, router => steps = new LateSteps(router));
        for (var number = 0; number < Merges; number++)
            await HaveHistoryAsync(node, number);
        var claiming = Task.WhenAll(Enumerable.Range(0, ClaimsAtOnce).Select(worker => Task.Run(() => ClaimAsync(node, worker), Cancel)));
        var merging = Task.WhenAll(Enumerable.Range(0, Merges).Select(number => Task.Run(() => MergeAsync(node, number), Cancel)));
        using var stop = new CancellationTokenSource();
        var recording = Task.Run(() => RecordAsync(node, stop.Token), Cancel);
        var published = 0;
        try
        {
            while (published < FewestPublications || !claiming.IsCompleted || !merging.IsCompleted)
                await PublishAsync(node, steps!, published++);
        }
        finally
        {
            steps!.End();
        }

        Assert.InRange(steps.LetThrough, Claims + (Merges * 4), int.MaxValue);
        await stop.CancelAsync();
        await AnsweredAsync(Task.WhenAll(claiming, merging, recording));
        await node.SettledAsync();
        Assert.False(node.Node.Faulted.IsCompleted);
        RequireModelEntries(node.Journal, published);
        Assert.Equal(Merges, StoredEntries.Of(node.Journal).Count(entry => entry.BodyCase == Entry.BodyOneofCase.MergeFinished));
        await using var fresh = await FreshAsync(node, published);
        await Comparison.OfAsync(node.Client, fresh.Client, Contacts, Accounts);
        Assert.Equal((ulong)SignalsOfOne + 1, (await node.ContactAsync("from0"))!.SignalCount);
    }

    // Every other time the steps come when the loops that serve are held and nobody looks at the journal any more.
    private static async Task PublishAsync(TestNode node, LateSteps steps, int number)
    {
        var isHeld = number % 2 == 0;
        if (isHeld)
            node.Store.HoldActivations();
        else
            steps.LetGo();
        var publishing = node.PublishAsync(number % 2 == 0 ? Publishing.Other : Publishing.First);
        if (isHeld)
        {
            await NodeQuestions.EventuallyAsync(() => Task.FromResult(node.Store.WaitingActivations), waiting => waiting == 1 || publishing.IsCompleted);
            steps.LetGo();
            await Task.Delay(20, Cancel);
            node.Store.ReleaseActivations();
        }

        await AnsweredAsync(publishing);
        Assert.True((await publishing).IsChanged);
    }

    // Of several MiB, so that a merge takes many parts.
    private static async Task HaveHistoryAsync(TestNode node, int number)
    {
        var attributes = Enumerable.Range(0, 30).ToDictionary(name => $"{name}", _ => new string('v', 1_000));
        for (var sent = 0; sent < SignalsOfOne; sent += 20)
        {
            await node.SendAsync(Enumerable.Range(sent, 20).Select(signal => TestSignals.Of(
                $"h{number}-{signal}", $"from{number}", signal % 3 == 0 ? "demo" : "viewed", node.Clock.GetUtcNow(),
                email: $"x@firm{number}.com", attributes: attributes)));
        }

        await node.SendAsync(TestSignals.Of($"i{number}", $"into{number}", "demo", node.Clock.GetUtcNow(), email: $"y@firm{number + 1}.com"));
    }

    private static async Task MergeAsync(TestNode node, int number) =>
        Assert.Equal($"into{number}", (await node.MergeAsync($"from{number}", $"into{number}")).Id);

    private static async Task ClaimAsync(TestNode node, int worker)
    {
        for (var number = worker; number < Claims; number += ClaimsAtOnce)
        {
            var outcome = await node.UpsertAsync(new AccountUpsert(0, $"a{number}", "Name", [$"firm{number}.com"], []));
            Assert.Empty(outcome.Rejections);
            Assert.Equal([$"firm{number}.com"], (await node.AccountAsync($"a{number}"))!.Domains);
        }
    }

    private static async Task RecordAsync(TestNode node, CancellationToken stop)
    {
        for (var sent = 0; !stop.IsCancellationRequested; sent += 5)
        {
            var outcome = await node.SendAsync(Enumerable.Range(sent, 5).Select(number => TestSignals.Of(
                $"s{number}", $"c{number % 7}", "viewed", node.Clock.GetUtcNow(), account: number % 2 == 0 ? "acme" : "", email: $"z@firm{number % 7}.com")));
            Assert.Equal((5U, 0U), (outcome.Recorded, outcome.Duplicates));
        }
    }

    // Each partition says of each publication, once and in order, where the model became active.
    private static void RequireModelEntries(InMemoryJournal journal, int published)
    {
        for (var partition = 0; partition < Partitions; partition++)
        {
            var (versions, previous) = (new List<uint>(), 0UL);
            foreach (var block in journal.Read([new JournalPosition(partition, 0)], Cancel))
            {
                var reader = new EntryReader(block.Entries.Span);
                while (reader.TryRead(out var entry))
                {
                    if (entry.BodyCase != Entry.BodyOneofCase.ModelActivated)
                        continue;
                    var parsed = entry.Parse();
                    Assert.Equal(previous, parsed.PreviousSequence);
                    previous = parsed.Sequence;
                    versions.Add(parsed.ModelActivated.ModelVersion);
                }
            }

            Assert.Equal(Enumerable.Range(0, published + 1).Select(number => number % 2 == 0 ? 1U : 2U), versions);
        }
    }

    private static async Task<TestNode> FreshAsync(TestNode node, int published)
    {
        var (version, model) = published % 2 == 0 ? (1U, Publishing.First) : (2U, Publishing.Other);
        var store = new InMemoryGrainStore(Partitions);
        var stored = (await node.Store.ReadModelsAsync(Cancel)).Single(known => known.Version == version);
        await store.ActivateAsync(new ModelActivation { Active = new ActiveModel(version, new long[Partitions]), Added = stored }, Cancel);
        return await TestNode.StartAsync(node.Journal.Crash(), store, model, node.Clock, new GrainNodeOptions { Loops = 1 });
    }

    private static Task AnsweredAsync(Task task) => task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
}
