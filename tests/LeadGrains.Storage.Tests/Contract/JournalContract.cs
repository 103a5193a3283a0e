using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Contract;

/// <summary>What every journal promises.</summary>
public abstract class JournalContract : IAsyncLifetime
{
    protected const int PartitionCount = 4;

    protected IJournal Journal { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Journal = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await Journal.DisposeAsync();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Open_WhenNew_IsEmpty()
    {
        Assert.Equal(PartitionCount, Journal.PartitionCount);
        Assert.Equal(0, Journal.EntryCount);
        Assert.All(Enumerable.Range(0, PartitionCount), partition => Assert.Equal(0, Journal.LastSequence(partition)));
        Assert.Empty(Journal.ReadAll());
        Assert.Null(Journal.ReadEntry(0, 1));
    }

    [Fact]
    public async Task Append_WhenDone_IsReadInOrder()
    {
        JournalBlock[] blocks = [Blocks.Of(1, 1, 3), Blocks.Of(2, 1), Blocks.Of(1, 4, 2), Blocks.Of(1, 6)];
        await Journal.AppendAsync(blocks[0], blocks[1]);
        await Journal.AppendAsync(blocks[2]);
        await Journal.AppendAsync(blocks[3]);

        JournalCalls.AssertSame(blocks, Journal.ReadAll());
        Assert.Equal(7, Journal.EntryCount);
        Assert.Equal([0, 6, 1, 0], Enumerable.Range(0, PartitionCount).Select(Journal.LastSequence));
    }

    [Fact]
    public async Task Reopen_WhenAppended_HoldsTheSame()
    {
        JournalBlock[] blocks = [Blocks.Of(0, 1, 2), Blocks.Of(3, 10, 5, signalBytes: 300)];
        await Journal.AppendAsync(blocks);
        await ReopenAsync();

        JournalCalls.AssertSame(blocks, Journal.ReadAll());
        Assert.Equal(7, Journal.EntryCount);
        Assert.Equal(14, Journal.LastSequence(3));
        var more = Blocks.Of(3, 15);
        await Journal.AppendAsync(more);
        await ReopenAsync();
        JournalCalls.AssertSame([.. blocks, more], Journal.ReadAll());
    }

    [Fact]
    public async Task Read_WhenPositionsAreGiven_LeavesOutWhatIsBeforeThem()
    {
        for (var first = 1; first <= 30; first += 3)
            await Journal.AppendAsync([.. Enumerable.Range(0, PartitionCount).Select(partition => Blocks.Of(partition, first, 3))]);

        var blocks = Journal.ReadAll(new JournalPosition(1, 27), new JournalPosition(3, 13));
        Assert.Equal(["1:28", "3:13", "3:16", "3:19", "3:22", "3:25", "3:28"],
            blocks.Select(block => $"{block.Partition}:{block.FirstSequence}").Order(StringComparer.Ordinal));
        Assert.Empty(Journal.ReadAll(new JournalPosition(0, 30), new JournalPosition(2, 99)));
    }

    [Fact]
    public async Task ReadEntry_WhenSequencesHaveGaps_FindsThoseThatExist()
    {
        await Journal.AppendAsync(Blocks.Of(0, [5, 7, 8]), Blocks.Of(1, [1]));
        await Journal.AppendAsync(Blocks.Of(0, [20]), Blocks.Of(1, [2, 30]));

        foreach (var sequence in (long[])[5, 7, 8, 20])
            AssertEntry(0, sequence);
        AssertEntry(1, 30);
        foreach (var sequence in (long[])[-1, 0, 1, 6, 9, 19, 21])
            Assert.Null(Journal.ReadEntry(0, sequence));
        Assert.Null(Journal.ReadEntry(2, 1));
    }

    [Fact]
    public async Task ReadEntry_WhenManyEntries_FindsEach()
    {
        var random = new Random(11);
        var sequences = new long[PartitionCount];
        for (var i = 0; i < 300; i++)
        {
            var partition = random.Next(PartitionCount);
            var count = random.Next(1, 6);
            await Journal.AppendAsync(Blocks.Of(partition, sequences[partition] + 1, count, signalBytes: 400));
            sequences[partition] += count;
        }

        for (var partition = 0; partition < PartitionCount; partition++)
        {
            for (var sequence = sequences[partition]; sequence > 0; sequence--)
                AssertEntry(partition, sequence, 400);
        }
    }

    [Fact]
    public async Task Append_WhenBlocksAreBig_ReadsThemBack()
    {
        JournalBlock[] blocks = [Blocks.Of(0, 1, 1, signalBytes: 3_000_000), Blocks.Of(1, 1, 2_000), Blocks.Of(2, 1, 1, signalBytes: 0)];
        await Journal.AppendAsync(blocks);
        await Journal.AppendAsync(Blocks.Of(0, 2));

        JournalCalls.AssertSame([.. blocks, Blocks.Of(0, 2)], Journal.ReadAll());
        AssertEntry(0, 1, 3_000_000);
    }

    [Fact]
    public async Task Append_WhenFromSeveralThreads_KeepsEachPartitionsOrderAndLosesNothing()
    {
        const int appends = 400;
        var completions = new List<long>[PartitionCount];
        var all = await Task.WhenAll(Enumerable.Range(0, PartitionCount).Select(partition => Task.Run(() =>
        {
            var order = completions[partition] = [];
            var mine = Enumerable.Range(1, appends)
                .Select(i => new TestAppend(Blocks.Of(partition, i)) { OnCompleted = () => order.Add(i) }).ToList();
            mine.ForEach(Journal.Append);
            return mine;
        })));
        await Task.WhenAll(all.SelectMany(mine => mine).Select(append => append.Done));

        Assert.All(completions, order => Assert.Equal(Enumerable.Range(1, appends).Select(i => (long)i), order));
        Assert.All(all.SelectMany(mine => mine), append => Assert.Equal(1, append.Completions));
        await ReopenAsync();
        foreach (var partition in Journal.ReadAll().GroupBy(block => block.Partition))
            JournalCalls.AssertSame(Enumerable.Range(1, appends).Select(i => Blocks.Of(partition.Key, i)), partition);
        Assert.Equal(PartitionCount * appends, Journal.EntryCount);
    }

    [Fact]
    public async Task Read_WhileAppending_SeesWholeDurablePrefixes()
    {
        using var stop = new CancellationTokenSource();
        var appending = Task.Run(async () =>
        {
            for (var sequence = 1; !stop.IsCancellationRequested; sequence++)
                await Journal.AppendAsync([.. Enumerable.Range(0, PartitionCount).Select(partition => Blocks.Of(partition, sequence))]);
        }, TestContext.Current.CancellationToken);

        for (var round = 0; round < 30; round++)
        {
            var durable = Enumerable.Range(0, PartitionCount).Select(Journal.LastSequence).ToArray();
            var blocks = Journal.ReadAll();
            foreach (var partition in Enumerable.Range(0, PartitionCount))
            {
                var sequences = blocks.Where(block => block.Partition == partition).Select(block => block.FirstSequence).ToList();
                Assert.True(sequences.Count >= durable[partition]);
                Assert.Equal(Enumerable.Range(1, sequences.Count).Select(i => (long)i), sequences);
                if (sequences.Count > 0)
                    AssertEntry(partition, sequences.Count);
            }
        }

        await stop.CancelAsync();
        await appending;
    }

    [Fact]
    public void Append_WhenSequenceDoesNotRise_IsRefused()
    {
        Journal.Append(new TestAppend(Blocks.Of(0, 5, 3)));
        Assert.Throws<ArgumentException>(() => Journal.Append(new TestAppend(Blocks.Of(0, 7))));
        Assert.Throws<ArgumentException>(() => Journal.Append(new TestAppend(Blocks.Of(1, 1), Blocks.Of(PartitionCount, 1))));
    }

    [Fact]
    public async Task Dispose_WhenAppendsWait_MakesThemDurable()
    {
        var appends = Enumerable.Range(1, 50).Select(i => new TestAppend(Blocks.Of(0, i))).ToList();
        appends.ForEach(Journal.Append);
        await ReopenAsync();
        await Task.WhenAll(appends.Select(append => append.Done));
        Assert.Equal(50, Journal.LastSequence(0));
    }

    [Fact]
    public async Task Append_WhenDisposed_CompletesWithAFailure()
    {
        await Journal.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Journal.AppendAsync(Blocks.Of(0, 1)));
    }

    /// <summary>Opens the journal over what is durable; a second time only after the first one is disposed.</summary>
    protected abstract ValueTask<IJournal> OpenAsync();

    protected virtual ValueTask CleanUpAsync() => ValueTask.CompletedTask;

    private void AssertEntry(int partition, long sequence, int signalBytes = 20) => Assert.Equal(
        Convert.ToHexString(Blocks.EntryBytes(partition, sequence, signalBytes).Span),
        Convert.ToHexString((Journal.ReadEntry(partition, sequence) ?? default).Span));

    protected async Task ReopenAsync()
    {
        await Journal.DisposeAsync();
        Journal = await OpenAsync();
    }
}
