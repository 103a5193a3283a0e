using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Embedded.Segments;
using LeadGrains.Storage.Tests.Contract;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Embedded.Segments;

/// <summary>The journal in segment files keeps every promise of a journal, within one segment.</summary>
public sealed class SegmentJournalTests : SegmentJournalContract
{
    protected override long SegmentBytes => 1 << 20;
}

/// <summary>The same with segments so small that nearly every commit begins a new one.</summary>
public sealed class TinySegmentJournalTests : SegmentJournalContract
{
    protected override long SegmentBytes => 1_024;
}

public abstract class SegmentJournalContract : JournalContract
{
    private readonly TestFolder _folder = new();

    protected abstract long SegmentBytes { get; }

    protected override ValueTask<IJournal> OpenAsync() => ValueTask.FromResult<IJournal>(
        SegmentJournal.Open(_folder.In("journal"), new StoreIdentity(new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), PartitionCount), SegmentBytes, new Disk()));

    protected override ValueTask CleanUpAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
