using LeadGrains.Grains;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Storage;
using LeadGrains.Journal.V1;
using LeadGrains.Storage.Embedded.Segments;
using LeadGrains.Storage.Tests.Support;
using GrainKind = LeadGrains.Grains.GrainKind;

namespace LeadGrains.Storage.Tests.Embedded.Segments;

/// <summary>Segments are written anew under those who read them, whole at any instant.</summary>
public sealed class SegmentErasingTests : IDisposable
{
    private const int Commits = 60;

    private readonly JournalFolder _folder = new();
    private readonly FaultyDisk _disk = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Erase_WhenSomebodyReads_LetsHimEndAndLeavesNothingToTheNext()
    {
        await using var journal = _folder.Open(4_096, _disk);
        await FillAsync(journal);
        var before = journal.ReadAll();
        using var reading = journal.Read([.. Enumerable.Range(0, JournalFolder.PartitionCount).Select(partition => new JournalPosition(partition, 0))], Cancelled).GetEnumerator();
        Assert.True(reading.MoveNext());

        var erased = await journal.EraseAsync(Erasure(), Cancelled);
        Assert.Equal(Commits / 3, erased.Entries);
        Assert.True(erased.Pieces > 2, $"{erased.Pieces} segments");
        var read = 1;
        while (reading.MoveNext())
            read++;
        Assert.Equal(before.Count, read);
        CheckErased(journal, before);
        await journal.AppendAsync(Block(0, Commits + 1, "late"));
        Assert.Equal(before.Count + 1, journal.ReadAll().Count);
    }

    [Fact]
    public async Task Erase_WhenReopened_FindsTheSameByIndexAndByReading()
    {
        List<JournalBlock> before;
        await using (var journal = _folder.Open())
        {
            await FillAsync(journal);
            before = journal.ReadAll();
            await journal.EraseAsync(Erasure(), Cancelled);
            Assert.Equal(default, await journal.EraseAsync(Erasure(), Cancelled));
        }

        await using var again = _folder.Open();
        Assert.Equal(Commits, again.EntryCount);
        CheckErased(again, before);
        Assert.All(Directory.GetFiles(_folder.Path), file => Assert.True(File.ReadAllBytes(file).AsSpan().IndexOf("person-7"u8) < 0, file));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp"));
    }

    [Fact]
    public async Task Erase_WhenTheDiskFailsAnywhere_LeavesEachSegmentWholeAndIsFinishedByTheNextTry()
    {
        await using (var journal = _folder.Open())
            await FillAsync(journal);
        var back = _folder.Remember();
        for (var failing = 0; ; failing++)
        {
            back();
            List<JournalBlock> before;
            var left = failing;
            await using (var journal = _folder.Open(4_096, _disk))
            {
                before = journal.ReadAll();
                _disk.Before = _ =>
                {
                    if (left-- == 0)
                        throw new IOException("no space left");
                };
                var failure = await Record.ExceptionAsync(() => journal.EraseAsync(Erasure(), Cancelled));
                _disk.Before = _ => { };
                if (failure is null)
                {
                    Assert.True(failing > 10, $"{failing} operations");
                    return;
                }
            }

            await using var again = _folder.Open();
            Assert.Equal(Commits, again.EntryCount);
            await again.EraseAsync(Erasure(), Cancelled);
            CheckErased(again, before);
        }
    }

    private static void CheckErased(SegmentJournal journal, List<JournalBlock> before)
    {
        var after = journal.ReadAll();
        Assert.Equal(before.Select(Outline), after.Select(Outline));
        Assert.All(before.Zip(after), pair => Assert.Equal(
            pair.First.Entries.Span.IndexOf("person-7"u8) < 0, pair.First.Entries.Span.SequenceEqual(pair.Second.Entries.Span)));
        Assert.All(after, block => Assert.True(block.Entries.Span.IndexOf("person-7"u8) < 0));
        Assert.All(after, block => Assert.True(journal.ReadEntry(block.Partition, block.FirstSequence)!.Value.Span.IndexOf("person-7"u8) < 0));
    }

    private static (int, long, long, long, int, int) Outline(JournalBlock block) =>
        (block.Partition, block.Epoch, block.FirstSequence, block.LastSequence, block.Count, block.Entries.Length);

    private static async Task FillAsync(SegmentJournal journal)
    {
        for (var commit = 0; commit < Commits; commit++)
            await journal.AppendAsync(Block(commit % JournalFolder.PartitionCount, commit + 1, $"person-{(commit % 3 == 0 ? 7 : 8)}"));
    }

    private static JournalBlock Block(int partition, long sequence, string contact)
    {
        using var buffer = new PooledBuffer();
        EntryWriter.Write(buffer, new Entry
        {
            Sequence = (ulong)sequence,
            ReceivedAtTicks = 1_000_000_000_000 + sequence,
            Kind = Journal.V1.GrainKind.Contact,
            GrainId = contact,
            ContactUpserted = new ContactUpserted { Email = $"{contact}@acme.com", Traits = { Enumerable.Range(0, 8).Select(one => new TraitChange { Name = $"trait {one} of {contact}" }) } },
        });
        return new JournalBlock(partition, 1, sequence, sequence, 1, buffer.WrittenMemory.ToArray());
    }

    private static EntryErasure Erasure() =>
        new([new ErasedId(new GrainKey("default", GrainKind.Contact, "person-7"), new Tombstone(7))], leavesName: false);
}
