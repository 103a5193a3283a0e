using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Watching;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Watching;

public sealed class ChangeRelayFaultTests
{
    [Fact]
    public async Task Watch_WhenTheJournalFailsOnce_LooksAgain()
    {
        var clock = new ManualClock();
        await using var journal = new FailingJournal();
        using var feed = new ChangeFeed(journal);
        using var relay = new ChangeRelay(journal, feed, clock);
        using var watching = await relay.WatchAsync(TestContext.Current.CancellationToken);

        for (var tries = 0; journal.Asked < 5; tries++)
        {
            Assert.True(tries < 1_000, $"The journal was asked {journal.Asked} times.");
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Fails in a way that no store says it would, when it is asked for the second time where it ends.</summary>
    private sealed class FailingJournal : IJournal
    {
        private readonly InMemoryJournal _journal = new(1);
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public int PartitionCount => _journal.PartitionCount;

        public long EntryCount => _journal.EntryCount;

        public long LastSequence(int partition) => _journal.LastSequence(partition);

        public Task<IReadOnlyList<long>> ReadEndsAsync(CancellationToken cancellationToken) => Interlocked.Increment(ref _asked) == 2
            ? throw new InvalidDataException("No such table.")
            : Task.FromResult<IReadOnlyList<long>>([0]);

        public void Append(JournalAppend append) => _journal.Append(append);

        public IEnumerable<JournalBlock> Read(IReadOnlyList<JournalPosition> after, CancellationToken cancellationToken) => _journal.Read(after, cancellationToken);

        public ReadOnlyMemory<byte>? ReadEntry(int partition, long sequence) => _journal.ReadEntry(partition, sequence);

        public ValueTask DisposeAsync() => _journal.DisposeAsync();
    }
}
