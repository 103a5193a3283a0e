using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LeadGrains.Storage.Commits;
using LeadGrains.Storage.Embedded.Segments;
using LeadGrains.Storage.Tests.Support;
using LeadGrains.Testing;

namespace LeadGrains.Storage.Tests.Commits;

public sealed class JournalMetersTests
{
    [Fact]
    public async Task Commit_WhenMeasured_RecordsDurationSizeAndAppends()
    {
        using var folder = new JournalFolder();
        var clock = new ManualClock();
        var disk = new FaultyDisk { Before = operation => clock.Advance(TimeSpan.FromMilliseconds(operation == "flush" ? 5 : 0)) };
        var journal = SegmentJournal.Open(folder.Path, JournalFolder.Store, 4_096, disk, clock);
        var recorded = new ConcurrentQueue<string>();
        using var listener = Listen(recorded);
        await using (journal)
            await journal.AppendAsync(Blocks.Of(0, 1));

        var size = folder.CommitOffsets(1)[1] - SegmentHeader.Size;
        Assert.Contains($"leadgrains.journal.commit.size {size}", recorded);
        Assert.Contains("leadgrains.journal.commit.appends 1", recorded);
        Assert.Contains("leadgrains.journal.commit.duration 0.005", recorded);
    }

    private static MeterListener Listen(ConcurrentQueue<string> recorded)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == JournalMeters.Name)
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => recorded.Enqueue($"{instrument.Name} {value}"));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => recorded.Enqueue(FormattableString.Invariant($"{instrument.Name} {value}")));
        listener.Start();
        return listener;
    }
}
