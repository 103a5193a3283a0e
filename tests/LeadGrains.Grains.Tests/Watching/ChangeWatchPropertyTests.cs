using FsCheck;
using FsCheck.Fluent;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Watching;
using LeadGrains.Journal.V1;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Watching;

public sealed class ChangeWatchPropertyTests
{
    private static readonly string[] Ids = ["ann", "bob", "cem", "dora", "eve"];

    // Changes of all sorts, watchers that come and go, servers that stop and die: what each watcher was given, put
    // together, is what the journal says had its effect, once, in order for each contact and account.
    [Fact]
    public void Watch_WhateverHappens_GivesTheJournalsEffectiveChangesOnceInOrder() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(30),
            Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Task.Run(() => RunAsync(seed)).GetAwaiter().GetResult()));

    private static async Task<bool> RunAsync(int seed)
    {
        var random = new Random(seed);
        var node = await TestNode.StartAsync(StageWriter.Model, options: new GrainNodeOptions { Loops = 2, CheckpointEntries = 20 });
        ChangeWatcher[] watchers =
        [
            new(new ChangeFilter()),
            new(new ChangeFilter { Kinds = new HashSet<GrainKind> { GrainKind.Account } }),
            new(new ChangeFilter { Ids = new HashSet<string> { "ann", "eve" }, To = new HashSet<string> { "one", "two" } }),
            new(new ChangeFilter { From = new HashSet<string> { "zero" } }),
        ];
        foreach (var watcher in watchers)
            watcher.Connect(node);
        var underWay = new List<Task>();
        for (var step = 0; step < 25; step++)
        {
            var written = node.WriteAsync([.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => AnyChange(random))]);
            underWay.Add(written);
            switch (random.Next(8))
            {
                case 0:
                    node = await RestartAsync(node, watchers, next => next.RestartAsync());
                    break;
                case 1:
                    node = await RestartAsync(node, watchers, next => next.CrashAndRestartAsync());
                    // A crash answers nobody.
                    underWay.Clear();
                    break;
                case 2 or 3:
                    var gone = watchers[random.Next(watchers.Length)];
                    await gone.DisconnectAsync();
                    gone.Connect(node);
                    break;
                default:
                    await written;
                    break;
            }
        }

        // What is journalled later than it is counted would be missed below.
        await Task.WhenAll(underWay);
        await node.WriteAsync([AnyChange(random)]);
        foreach (var watcher in watchers)
            await NodeQuestions.EventuallyAsync(() => Task.FromResult(watcher.Given.Count), count => count >= Expected(node, watcher).Count);
        foreach (var watcher in watchers)
            await watcher.DisconnectAsync();
        foreach (var watcher in watchers)
            watcher.Dispose();
        var right = watchers.All(watcher => IsRight(Expected(node, watcher), watcher.Given));
        Assert.True(right, $"seed {seed}");
        Assert.True(Expected(node, watchers[0]).Count > 20, $"seed {seed}: {Expected(node, watchers[0]).Count} changes");
        await node.DisposeAsync();
        return true;
    }

    private static async Task<TestNode> RestartAsync(TestNode node, ChangeWatcher[] watchers, Func<TestNode, Task<TestNode>> restart)
    {
        foreach (var watcher in watchers)
            await watcher.DisconnectAsync();
        var next = await restart(node);
        foreach (var watcher in watchers)
            watcher.Connect(next);
        return next;
    }

    private static (GrainKey, Entry) AnyChange(Random random)
    {
        var kind = random.Next(2) == 0 ? GrainKind.Contact : GrainKind.Account;
        string Stage() => random.Next(40) == 0 ? "unknown" : StageWriter.Stages[random.Next(4)];
        return StageWriter.Change(kind, Ids[random.Next(Ids.Length)], Stage(), Stage(), silent: random.Next(10) == 0);
    }

    private static List<GrainChange> Expected(TestNode node, ChangeWatcher watcher) =>
        [.. StageWriter.Truth(node).Where(watcher.Filter.Matches)];

    // Partitions come in any order, the changes of one in theirs.
    private static bool IsRight(List<GrainChange> expected, List<GrainChange> given) =>
        expected.OrderBy(change => change.Partition).ThenBy(change => change.Sequence).SequenceEqual(given.OrderBy(change => change.Partition))
        && expected.Count == given.Count;
}
