using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Tests.Contract;
using LeadGrains.Storage.Tests.Support;
using LeadGrains.Testing;

namespace LeadGrains.Storage.Tests.InMemory;

/// <summary>The journal in memory keeps every promise of a journal, and its faults do what they say.</summary>
public sealed class InMemoryJournalTests : JournalContract
{
    private InMemoryJournal? _last;

    [Fact]
    public async Task Hold_WhenReleased_CommitsWhatWaited()
    {
        var journal = new InMemoryJournal(PartitionCount);
        journal.Hold();
        var append = new TestAppend(Blocks.Of(0, 1));
        journal.Append(append);
        Assert.False(append.Done.IsCompleted);
        Assert.Equal(1, journal.WaitingCount);
        Assert.Empty(journal.ReadAll());
        journal.Release();
        await append.Done;
        Assert.Equal(1, journal.LastSequence(0));
    }

    [Fact]
    public async Task Crash_WhenAppendsWait_KeepsWhatWasDurableAndWhatSurvives()
    {
        var journal = new InMemoryJournal(PartitionCount);
        await journal.AppendAsync(Blocks.Of(0, 1));
        journal.Hold();
        TestAppend[] waiting = [new(Blocks.Of(0, 2)), new(Blocks.Of(0, 3)), new(Blocks.Of(0, 4))];
        Array.ForEach(waiting, journal.Append);
        var next = journal.Crash(survivingAppends: 1);
        journal.Release();

        Assert.All(waiting, append => Assert.Equal(0, append.Completions));
        Assert.Equal(2, next.LastSequence(0));
        await next.AppendAsync(Blocks.Of(0, 3));
        Assert.Equal(3, next.EntryCount);
        Assert.Equal(2, journal.EntryCount);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task FailCommit_WhenReached_FailsThatAndAllLaterAppends(bool reachesDisk, int found)
    {
        var journal = new InMemoryJournal(PartitionCount);
        var failure = new IOException("no space");
        journal.FailCommit(2, failure, reachesDisk);
        await journal.AppendAsync(Blocks.Of(0, 1));
        Assert.Same(failure, await Assert.ThrowsAsync<IOException>(() => journal.AppendAsync(Blocks.Of(0, 2))));
        Assert.Same(failure, await Assert.ThrowsAsync<IOException>(() => journal.AppendAsync(Blocks.Of(0, 3))));
        Assert.Equal(found, journal.Crash().LastSequence(0));
    }

    [Fact]
    public async Task Read_WhenABlockIsKeptTooLong_ShowsNonsense()
    {
        await Journal.AppendAsync(Blocks.Of(0, 1));
        await Journal.AppendAsync(Blocks.Of(0, 2));
        var kept = Journal.Read([new JournalPosition(0, 0)], TestContext.Current.CancellationToken).ToList();
        Assert.All(kept, block => Assert.Equal(-1, block.Entries.Span.IndexOfAnyExcept((byte)0xEE)));
    }

    protected override ValueTask<IJournal> OpenAsync()
    {
        _last = _last?.Crash() ?? new InMemoryJournal(PartitionCount);
        return ValueTask.FromResult<IJournal>(_last);
    }
}
