using FsCheck;
using FsCheck.Fluent;
using LeadGrains.Grains.Checkpoints;
using LeadGrains.Grains.Seen;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Tests.Signals;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Seen;

/// <summary>A grain's life as runs of signals, some of them repeated, with pauses, saves and restarts between them.</summary>
public sealed class SeenSignalsPropertyTests
{
    private static readonly Config Lives = Config.QuickThrowOnFailure.WithMaxTest(150);

    [Fact]
    public void TryAdd_WhenASignalComesAgainWithinThePromise_KnowsIt() => Check.One(Lives, Prop.ForAll(Runs(), runs =>
    {
        var seen = new SeenSignals();
        var promised = new Dictionary<ulong, (long Place, Instant ReceivedAt)>();
        var place = 0L;
        var latest = Instant.Min;
        foreach (var (hash, at) in Signals(runs))
        {
            var fresh = seen.TryAdd(hash, at);
            latest = Instant.Later(latest, at);
            if (promised.TryGetValue(hash, out var before) && place - before.Place < 16_384 && latest - before.ReceivedAt <= TimeSpan.FromDays(90))
                Assert.False(fresh);
            if (!promised.ContainsKey(hash))
                Assert.True(fresh);
            if (fresh)
                promised[hash] = (place++, at);
            Assert.InRange(seen.Count, 0, 16_640);
        }
    }));

    [Fact]
    public void Restore_WhenDoneFromWhatWasSaved_GoesOnAsIfNothingHappened() => Check.One(Lives, Prop.ForAll(Runs(), runs =>
    {
        var live = new SeenSignals();
        var restored = new SeenSignals();
        var stored = new SortedDictionary<int, SeenChunk>();
        foreach (var run in runs.Index())
        {
            foreach (var (hash, at) in Signals(runs, run.Index))
                Assert.Equal(live.TryAdd(hash, at), restored.TryAdd(hash, at));
            Save(restored, stored);
            restored = SeenSignals.Restore([.. stored.Values], restored.FirstChunk);
            AssertSame(live, restored);
        }
    }));

    [Fact]
    public void TryAdd_WhenTheSameSignalsComeInTheSameOrder_GivesTheSameChunks() => Check.One(Lives, Prop.ForAll(Runs(), runs =>
    {
        var all = new SeenSignals();
        var saving = new SeenSignals();
        var stored = new SortedDictionary<int, SeenChunk>();
        foreach (var (hash, at) in Signals(runs))
        {
            all.TryAdd(hash, at);
            saving.TryAdd(hash, at);
            if (hash % 97 == 0)
                Save(saving, stored);
        }

        Save(saving, stored);
        AssertChunks(all.Saved(), [.. stored.Values.Where(chunk => chunk.Number >= all.FirstChunk)]);
    }));

    // As a store does: a chunk replaces the one of its number, and those below the first kept one go.
    private static void Save(SeenSignals seen, SortedDictionary<int, SeenChunk> stored)
    {
        foreach (var chunk in seen.Saved())
            stored[chunk.Number] = chunk;
        foreach (var number in stored.Keys.Where(number => number < seen.FirstChunk).ToList())
            stored.Remove(number);
        seen.MarkSaved();
    }

    private static void AssertSame(SeenSignals live, SeenSignals restored)
    {
        Assert.Equal(live.FirstChunk, restored.FirstChunk);
        Assert.Equal(live.Count, restored.Count);
        Assert.Empty(restored.DirtyChunks(new RowMemory()));
    }

    private static void AssertChunks(IReadOnlyList<SeenChunk> expected, IReadOnlyList<SeenChunk> actual)
    {
        Assert.Equal(
            expected.Select(chunk => (chunk.Number, chunk.FirstReceived, chunk.LastReceived)),
            actual.Select(chunk => (chunk.Number, chunk.FirstReceived, chunk.LastReceived)));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Hashes.ToArray(), pair.Second.Hashes.ToArray()));
    }

    private static IEnumerable<(ulong Hash, Instant At)> Signals(IReadOnlyList<Run> runs) =>
        Enumerable.Range(0, runs.Count).SelectMany(run => Signals(runs, run));

    // Signals are numbered through all runs; a repeated one is an earlier number again.
    private static IEnumerable<(ulong Hash, Instant At)> Signals(IReadOnlyList<Run> runs, int index)
    {
        var before = runs.Take(index).ToList();
        var number = before.Sum(run => (long)run.Count);
        var at = Batches.ReceivedAt + TimeSpan.FromHours(before.Sum(run => (double)run.PauseHours) + runs[index].PauseHours);
        for (var i = 0; i < runs[index].Count; i++, number++)
        {
            var repeated = runs[index].RepeatEvery > 0 && i % runs[index].RepeatEvery == 0 ? Math.Max(0, number - runs[index].RepeatBack) : number;
            yield return (StableHash.Of(2, BitConverter.GetBytes(repeated)), at + TimeSpan.FromSeconds(i));
        }
    }

    private static Arbitrary<List<Run>> Runs() => Arb.From(
        (from count in Gen.Frequency((6, Gen.Choose(0, 40)), (4, Gen.Elements(255, 256, 257, 700)), (1, Gen.Choose(5_000, 17_000)))
         from pause in Gen.Elements(-1, 0, 1, 24, 24 * 45, 24 * 89, 24 * 91)
         from every in Gen.Elements(0, 1, 3, 7)
         from back in Gen.OneOf(Gen.Choose(1, 300), Gen.Elements(16_383, 16_384, 16_640))
         select new Run(count, pause, every, back)).ListOf().Select(runs => runs.Take(12).ToList()));

    /// <param name="Count">Signals, a second apart.</param>
    /// <param name="PauseHours">Since the run before began.</param>
    /// <param name="RepeatEvery">Each so-many-th signal is a repeated one; 0 for none.</param>
    /// <param name="RepeatBack">How many signals back it came first.</param>
    private sealed record Run(int Count, int PauseHours, int RepeatEvery, int RepeatBack);
}
