using LeadGrains.Cluster.Solo;
using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Retention;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Erasing;

public sealed class ErasureSearchTests
{
    private const int Partitions = 2;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EraseContact_WhenManyAskAtOnce_SearchesForOneAfterTheOther()
    {
        var (clock, store, people) = (new ManualClock(), new InMemoryGrainStore(Partitions), new SlowPeople());
        await using var registry = new InMemoryRegistry();
        var (model, journal) = (DefaultModel.Model, new InMemoryJournal(Partitions));
        var added = new StoredModel(1, model.ContentHash.ToArray(), model.Yaml, "tests", Instant.FromDateTimeOffset(clock.GetUtcNow()), "");
        await store.ActivateAsync(new ModelActivation { Active = new ActiveModel(1, new long[Partitions]), Added = added }, Cancel);
        await using var node = new GrainNode(
            new GrainNodeOptions { Loops = 1, CheckpointEntries = 1 }, journal, store, new SoloOwnership(Partitions), new ServedModels(1, model), clock,
            new ErasingStore(registry, people, new byte[32]));
        await node.StartAsync(new SoloRouter(node, Partitions), Cancel);
        await node.Client.UpsertContactsAsync(Workspaces.Default, [new ContactUpsert(0, "ann", null, null, [])], AckLevel.Recorded, Cancel);
        await using var ticking = new Timer(_ => clock.Advance(TimeSpan.FromMilliseconds(25)), state: null, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(2));
        await EraseAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => EraseAsync()));

        Assert.Equal((5, 1), (people.Searches, people.MostAtOnce));

        Task EraseAsync() => node.Client.EraseContactAsync(Workspaces.Default, "ann", Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    /// <summary>Takes its time to search, and counts those who search beside each other.</summary>
    private sealed class SlowPeople : IPersonalData
    {
        private readonly Lock _gate = new();
        private int _now;

        public int Searches { get; private set; }

        public int MostAtOnce { get; private set; }

        public Task<ErasedEntries> EraseEntriesAsync(EntryErasure erasure, CancellationToken cancellationToken) => Task.FromResult(default(ErasedEntries));

        public Task<ErasedEntries> RemoveSignalsAsync(SignalRemoval removal, Func<Task> rest, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<long> EraseRowsAsync(IReadOnlyList<ErasedId> ids, CancellationToken cancellationToken) => Task.FromResult(0L);

        public async Task<IReadOnlyList<SearchedPlace>> SearchAsync(IReadOnlyList<ReadOnlyMemory<byte>> texts, CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                Searches++;
                MostAtOnce = Math.Max(MostAtOnce, ++_now);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            lock (_gate)
                _now--;
            return [];
        }
    }
}
