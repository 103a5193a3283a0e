using LeadGrains.Grains.Entries;
using LeadGrains.Grains.History;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Journal.V1;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.History;

public sealed class GrainHistoryTests
{
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Histories_WhenGrainsShareTheJournal_HoldEachGrainsOwnEntriesAndNoOthers()
    {
        await using var node = await TestNode.StartAsync(clock: new ManualClock(Day.AddDays(1)), partitions: 2);
        var random = new Random(11);
        for (var batch = 0; batch < 40; batch++)
        {
            await node.SendAsync(Enumerable.Range(0, 7).Select(i =>
                TestSignals.Of($"{batch}-{i}", $"c{random.Next(5)}", "page_viewed", Day, account: "acme")));
        }

        var expected = StoredEntries.Of(node.Journal).Where(entry => entry.BodyCase == Entry.BodyOneofCase.Signal)
            .GroupBy(entry => V1.Signal.Parser.ParseFrom(entry.Signal).ContactId).ToList();
        var history = new GrainHistory(node.Journal);

        Assert.Equal(5, expected.Count);
        foreach (var contact in expected)
        {
            var partition = KeyHash.PartitionOf(KeyHash.Of(new GrainKey(Workspaces.Default, GrainKind.Contact, contact.Key)), 2);
            var last = (long)contact.Max(entry => entry.Sequence);
            var oldestFirst = history.OldestFirst(partition, last, CancellationToken.None).Select(Parsed).ToList();
            Assert.Equal(contact, oldestFirst);
            oldestFirst.Reverse();
            Assert.Equal(oldestFirst, history.NewestFirst(partition, last, CancellationToken.None).Select(Parsed));
        }
    }

    [Fact]
    public void OldestFirst_WhenThereIsNoEntry_IsEmpty() =>
        Assert.Empty(new GrainHistory(new InMemoryJournal(1)).OldestFirst(0, 0, CancellationToken.None));

    [Fact]
    public void NewestFirst_WhenAnEntryIsNotDurable_SaysWhichOneIsMissing()
    {
        var history = new GrainHistory(JournalOf((5, 4)));

        var missing = Assert.Throws<JournalDamagedException>(() => history.NewestFirst(0, 5, CancellationToken.None).Count());

        Assert.Contains("Entry 4 of partition 0", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NewestFirst_WhenAnEntryFollowsItself_EndsWithAnError()
    {
        var history = new GrainHistory(JournalOf((5, 5)));

        Assert.Throws<JournalDamagedException>(() => history.NewestFirst(0, 5, CancellationToken.None).Count());
    }

    [Fact]
    public void OldestFirst_WhenCancelledOnTheWay_Stops()
    {
        using var source = new CancellationTokenSource();
        using var entries = new GrainHistory(JournalOf((1, 0), (2, 1), (3, 2))).OldestFirst(0, 3, source.Token).GetEnumerator();
        Assert.True(entries.MoveNext());
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => entries.MoveNext());
    }

    [Fact]
    public void OldestFirst_WhenThereAreMoreEntriesThanAllowed_IsRefused()
    {
        (long, long)[] entries = [.. Enumerable.Range(1, Limits.HistoryEntries + 1).Select(sequence => ((long)sequence, (long)sequence - 1))];
        var journal = new OneBlockJournal(entries);

        Assert.Throws<HistoryTooLongException>(() =>
            new GrainHistory(journal).OldestFirst(0, entries.Length, CancellationToken.None).Count());
        Assert.Equal(
            Limits.HistoryEntries, new GrainHistory(journal).OldestFirst(0, entries.Length - 1, CancellationToken.None).Count());
    }

    // 600 parts of 1,000 signals and 400,000 signals are just what is allowed.
    [Theory]
    [InlineData(400_000, false)]
    [InlineData(400_001, true)]
    public void OldestFirst_WhenPartsOfMergesHoldManySignals_TheseAreCountedToo(int signals, bool isRefused)
    {
        const int Parts = 600;
        (long, long)[] entries = [.. Enumerable.Range(1, signals + Parts).Select(sequence => ((long)sequence, (long)sequence - 1))];
        var history = new GrainHistory(new OneBlockJournal(entries, mergedParts: Parts)).OldestFirst(0, entries.Length, CancellationToken.None);

        if (isRefused)
            Assert.Throws<HistoryTooLongException>(() => history.Count());
        else
            Assert.Equal(entries.Length, history.Count());
    }

    // 20 entries of a MiB: all are read once for where pieces end, and then no more than a piece before the first is given.
    [Fact]
    public void AllOldestFirst_WhenEntriesAreLarge_HoldsFewOfThemAtATime()
    {
        const int Entries = 20;
        var journal = new OneBlockJournal([.. Enumerable.Range(1, Entries).Select(sequence => ((long)sequence, (long)sequence - 1))], 1024 * 1024);
        using var entries = new GrainHistory(journal).AllOldestFirst(0, Entries, CancellationToken.None).GetEnumerator();

        Assert.True(entries.MoveNext());

        Assert.InRange(journal.Reads, Entries + 1, Entries + 8);
        List<long> given = [entries.Current.View.Sequence];
        while (entries.MoveNext())
            given.Add(entries.Current.View.Sequence);
        Assert.Equal(Enumerable.Range(1, Entries).Select(sequence => (long)sequence), given);
    }

    private static Entry Parsed(HistoryEntry entry) => entry.View.Parse();

    private static InMemoryJournal JournalOf(params (long Sequence, long Previous)[] entries)
    {
        var journal = new InMemoryJournal(1);
        using var buffer = new PooledBuffer();
        foreach (var (sequence, previous) in entries)
            EntryWriter.Write(buffer, new Entry { Sequence = (ulong)sequence, PreviousSequence = (ulong)previous });
        journal.Append(new OneBlock(new JournalBlock(
            0, 1, entries[0].Sequence, entries[^1].Sequence, entries.Length, buffer.WrittenSpan.ToArray())));
        return journal;
    }

    private sealed class OneBlock(JournalBlock block) : JournalAppend
    {
        public override IReadOnlyList<JournalBlock> Blocks => [block];

        public override void Completed(Exception? failure) => Assert.Null(failure);
    }

    // A list by sequence: a million look-ups take no time.
    private sealed class OneBlockJournal((long Sequence, long Previous)[] entries, int signalBytes = 0, int mergedParts = 0) : IJournal
    {
        private readonly byte[] _signal = new byte[signalBytes];
        private readonly SignalsMerged _part = new() { Signals = { Enumerable.Repeat(new MergedSignal(), Limits.SignalsPerMergedPart) } };

        public int Reads { get; private set; }

        public int PartitionCount => 1;

        public long EntryCount => entries.Length;

        public long LastSequence(int partition) => entries.Length;

        public void Append(JournalAppend append) => throw new NotSupportedException();

        public IEnumerable<JournalBlock> Read(IReadOnlyList<JournalPosition> after, CancellationToken cancellationToken)
        {
            for (var sequence = after[0].Sequence + 1; sequence <= entries.Length; sequence++)
                yield return new JournalBlock(0, 0, sequence, sequence, 1, Write(sequence));
        }

        public ReadOnlyMemory<byte>? ReadEntry(int partition, long sequence) => Write(sequence) is var bytes
            ? bytes.AsMemory(Array.FindIndex(bytes, part => part < 0x80) + 1)
            : null;

        private byte[] Write(long sequence)
        {
            Reads++;
            var (found, previous) = entries[sequence - 1];
            using var buffer = new PooledBuffer(64);
            if (sequence <= mergedParts)
                EntryWriter.Write(buffer, new Entry { Sequence = (ulong)found, PreviousSequence = (ulong)previous, SignalsMerged = _part });
            else
                EntryWriter.WriteSignal(buffer, found, previous, default, default, _signal);
            return buffer.WrittenSpan.ToArray();
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
