using Google.Protobuf;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Retention;
using LeadGrains.Grains.Storage;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Contract;

/// <summary>What every store promises of signals that are removed for their age.</summary>
public abstract class SignalRemovalContract : IAsyncLifetime
{
    protected const int PartitionCount = 4;

    // Each turn has a signal of each of two people and an upsert; a day lies between two turns.
    private const int Turns = 30;
    private const int EntriesATurn = 3;
    private const long Day = TimeSpan.TicksPerDay;
    private const long Start = 20_000 * Day;

    protected IJournal Journal { get; private set; } = null!;

    protected IPersonalData People { get; private set; } = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (Journal, People) = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Remove_WhenSignalsAreOld_TakesThemAloneAndMovesNothing()
    {
        await FillAsync();
        var before = Journal.ReadAll();
        var removal = Removal(olderThanTurn: 20);
        var pieces = 0;
        var removed = await People.RemoveSignalsAsync(removal, () => Task.FromResult(++pieces), Cancelled);

        Assert.Equal(20 * 2, removed.Entries);
        Assert.True(removed.Pieces > 1 && pieces > 1, $"{removed.Pieces} written anew, {pieces} rests");
        Assert.Equal(At(20), removal.Oldest);
        Check(before, olderThanTurn: 20);
        (Journal, People) = await OpenAsync();
        Check(before, olderThanTurn: 20);
    }

    [Fact]
    public async Task Remove_WhenAskedAgain_TakesWhatHasGrownOldSince()
    {
        await FillAsync();
        var before = Journal.ReadAll();
        await RemoveAsync(Removal(olderThanTurn: 5));
        Assert.Equal(default, await RemoveAsync(Removal(olderThanTurn: 5)));
        var later = Removal(olderThanTurn: 12);
        Assert.Equal(7 * 2, (await RemoveAsync(later)).Entries);
        Assert.Equal(At(12), later.Oldest);
        await Journal.AppendAsync(Turn(Turns));
        var last = Removal(olderThanTurn: Turns);
        Assert.Equal((Turns - 12) * 2, (await RemoveAsync(last)).Entries);
        Assert.Equal(At(Turns), last.Oldest);
        Assert.Equal(before.Count + 1, Journal.ReadAll().Count);
    }

    [Fact]
    public async Task Remove_WhenRowsAreBehind_LeavesWhatTheyDoNotHold()
    {
        await FillAsync();
        long[] through = [.. Enumerable.Range(0, PartitionCount).Select(partition => partition == 1 ? 0 : long.MaxValue)];
        var removal = new SignalRemoval(At(Turns), through);
        await RemoveAsync(removal);
        Assert.Equal(At(1), removal.Oldest);
        Assert.All(Journal.ReadAll(), block => Assert.Equal(block.Partition == 1, block.Entries.Span.IndexOf("visitor"u8) >= 0));
        await RemoveAsync(Removal(olderThanTurn: Turns));
        Assert.All(Journal.ReadAll(), block => Assert.True(block.Entries.Span.IndexOf("visitor"u8) < 0));
    }

    [Fact]
    public async Task Remove_WhenSomebodyReads_LetsHimEnd()
    {
        await FillAsync();
        var all = Journal.ReadAll().Count;
        using var reading = Journal.Read([.. Enumerable.Range(0, PartitionCount).Select(partition => new JournalPosition(partition, 0))], Cancelled).GetEnumerator();
        Assert.True(reading.MoveNext());
        await RemoveAsync(Removal(olderThanTurn: Turns));
        var read = 1;
        while (reading.MoveNext())
            read++;
        Assert.Equal(all, read);
    }

    [Fact]
    public async Task Remove_WhenMergesBroughtOldSignals_EmptiesThoseAlone()
    {
        var merged = new SignalsMerged { FromContactId = "cookie", Facts = new MergedFacts { Email = "told@acme.com" } };
        for (var turn = 0; turn < 3; turn++)
            merged.Signals.Add(new MergedSignal { Signal = Visit($"cookie-{turn}", turn), ReceivedAtTicks = At(turn).Ticks });
        var entry = new Entry { Sequence = 1, ReceivedAtTicks = At(10).Ticks, Kind = GrainKind.Contact, GrainId = "ann", SignalsMerged = merged };
        await Journal.AppendAsync(BlockOf(0, entry));

        var removal = Removal(olderThanTurn: 2);
        Assert.Equal(2, (await RemoveAsync(removal)).Entries);
        Assert.Equal(At(2), removal.Oldest);
        var bytes = Journal.ReadEntry(0, 1)!.Value;
        Assert.Equal(entry.CalculateSize(), bytes.Length);
        var left = Entry.Parser.ParseFrom(bytes.Span).SignalsMerged;
        Assert.Equal([true, true, false], left.Signals.Select(signal => signal.Signal.IsEmpty));
        Assert.Equal((merged.Facts, merged.Signals[2]), (left.Facts, left.Signals[2]));
        Assert.Equal(1, (await RemoveAsync(Removal(olderThanTurn: 3))).Entries);
        Assert.True(Journal.ReadEntry(0, 1)!.Value.Span.IndexOf("visitor"u8) < 0);
        Assert.Equal(default, await RemoveAsync(Removal(olderThanTurn: 3)));
    }

    /// <summary>Opens the store, again where it is open.</summary>
    protected abstract ValueTask<(IJournal Journal, IPersonalData People)> OpenAsync();

    protected abstract ValueTask CleanUpAsync();

    private static Instant At(int turn) => new(Start + (turn * Day));

    protected static SignalRemoval Removal(int olderThanTurn) => new(At(olderThanTurn), [.. Enumerable.Repeat(long.MaxValue, PartitionCount)]);

    private Task<ErasedEntries> RemoveAsync(SignalRemoval removal) => People.RemoveSignalsAsync(removal, () => Task.CompletedTask, Cancelled);

    protected async Task FillAsync()
    {
        for (var turn = 0; turn < Turns; turn++)
            await Journal.AppendAsync(Turn(turn));
    }

    private static JournalBlock Turn(int turn)
    {
        var first = (turn / PartitionCount * EntriesATurn) + 1;
        var received = At(turn).Ticks;
        return BlockOf(
            turn % PartitionCount,
            new Entry { Sequence = (ulong)first, PreviousSequence = (ulong)Math.Max(0, first - 3), ReceivedAtTicks = received, Signal = Visit("ann", turn) },
            new Entry { Sequence = (ulong)first + 1, ReceivedAtTicks = received, Workspace = "other", Signal = Visit("bob", turn) },
            new Entry
            {
                Sequence = (ulong)first + 2,
                PreviousSequence = (ulong)first,
                ReceivedAtTicks = received,
                Kind = GrainKind.Contact,
                GrainId = "ann",
                ContactUpserted = new ContactUpserted { Email = $"kept{turn}@acme.com" },
            });
    }

    // What a signal says nobody looks at here.
    private static ByteString Visit(string contact, int turn) => ByteString.CopyFromUtf8($"visitor {contact} {turn} {new string('x', 10 * turn)}");

    private static JournalBlock BlockOf(int partition, params Entry[] entries)
    {
        using var buffer = new PooledBuffer();
        foreach (var entry in entries)
            EntryWriter.Write(buffer, entry);
        return new JournalBlock(partition, 1, (long)entries[0].Sequence, (long)entries[^1].Sequence, entries.Length, buffer.WrittenMemory.ToArray());
    }

    // What is left of a signal says where it stood and when it came, and leads to the entry before it.
    private void Check(List<JournalBlock> before, int olderThanTurn)
    {
        var after = Journal.ReadAll();
        Assert.Equal(before.Select(Outline), after.Select(Outline));
        foreach (var (then, now) in before.Zip(after))
        {
            var left = new EntryReader(now.Entries.Span);
            var entries = new EntryReader(then.Entries.Span);
            while (entries.TryRead(out var entry))
            {
                Assert.True(left.TryRead(out var found));
                Assert.Equal((entry.Sequence, entry.PreviousSequence, entry.ReceivedAt, entry.Bytes.Length), (found.Sequence, found.PreviousSequence, found.ReceivedAt, found.Bytes.Length));
                var isRemoved = entry.BodyCase == Entry.BodyOneofCase.Signal && entry.ReceivedAt < At(olderThanTurn);
                Assert.Equal((isRemoved, !isRemoved), (found.IsRemovedSignal, found.Bytes.SequenceEqual(entry.Bytes)));
                Assert.Equal(found.Bytes, Journal.ReadEntry(now.Partition, entry.Sequence)!.Value.Span);
            }
        }
    }

    private static (int, long, long, long, int, int) Outline(JournalBlock block) =>
        (block.Partition, block.Epoch, block.FirstSequence, block.LastSequence, block.Count, block.Entries.Length);
}
