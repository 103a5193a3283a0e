using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Embedded.Segments;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Embedded.Segments;

/// <summary>
/// Random appends, restarts, torn tails and lost indexes against a list that only grows: after each step the journal
/// holds exactly what was answered.
/// </summary>
public sealed class JournalModelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Journal_WhenUsedAtRandom_HoldsWhatWasAnswered(int seed)
    {
        using var folder = new JournalFolder();
        var random = new Random(seed);
        var answered = new List<JournalBlock>();
        var sequences = new long[JournalFolder.PartitionCount];
        var journal = folder.Open(RandomSize(random));
        for (var step = 0; step < 60; step++)
        {
            var kind = random.Next(10);
            if (kind < 7)
            {
                await AppendAsync(journal, random, sequences, answered);
            }
            else
            {
                await journal.DisposeAsync();
                if (kind == 8)
                    Tear(folder, random, sequences, answered);
                if (kind == 9 && Directory.GetFiles(folder.Path, "*.idx") is { Length: > 0 } indexes)
                    File.Delete(indexes[random.Next(indexes.Length)]);
                journal = folder.Open(RandomSize(random));
            }

            Check(journal, random, answered, $"seed {seed}, step {step}");
        }

        await journal.DisposeAsync();
    }

    private static long RandomSize(Random random) => 1L << random.Next(9, 15);

    private static async Task AppendAsync(SegmentJournal journal, Random random, long[] sequences, List<JournalBlock> answered)
    {
        var appends = new List<TestAppend>();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var blocks = new List<JournalBlock>();
            foreach (var partition in Enumerable.Range(0, sequences.Length).Where(_ => random.Next(2) == 0).DefaultIfEmpty(0))
            {
                var count = random.Next(1, 4);
                blocks.Add(Blocks.Of(partition, sequences[partition] + random.Next(1, 4), count, BytesOf(partition)));
                sequences[partition] = blocks[^1].LastSequence;
            }

            appends.Add(new TestAppend([.. blocks]));
            journal.Append(appends[^1]);
        }

        await Task.WhenAll(appends.Select(append => append.Done));
        answered.AddRange(appends.SelectMany(append => append.Blocks));
    }

    // A commit that was not finished when the process died: nobody was told of it.
    private static void Tear(JournalFolder folder, Random random, long[] sequences, List<JournalBlock> answered)
    {
        var last = Directory.GetFiles(folder.Path, "*.seg").Length;
        var offsets = folder.CommitOffsets(last);
        if (offsets.Count < 2)
            return;
        var lost = BlocksInLastCommit(folder, answered);
        answered.RemoveRange(answered.Count - lost, lost);
        for (var partition = 0; partition < sequences.Length; partition++)
            sequences[partition] = answered.Where(block => block.Partition == partition).Select(block => block.LastSequence).LastOrDefault();
        var cut = random.NextInt64(offsets[^2] + 1, offsets[^1]);
        folder.Change(last, bytes =>
        {
            bytes[offsets[^2]] ^= 1;
            bytes.AsSpan((int)cut).Clear();
            return bytes;
        });
    }

    private static int BlocksInLastCommit(JournalFolder folder, List<JournalBlock> answered)
    {
        var last = Directory.GetFiles(folder.Path, "*.seg").Length;
        var bytes = File.ReadAllBytes(folder.SegmentPath(last));
        var count = BitConverter.ToInt32(bytes, (int)folder.CommitOffsets(last)[^2] + 12);
        Assert.InRange(count, 1, answered.Count);
        return count;
    }

    private static void Check(SegmentJournal journal, Random random, List<JournalBlock> answered, string where)
    {
        JournalCalls.AssertSame(answered, journal.ReadAll());
        Assert.True(journal.EntryCount == answered.Sum(block => block.Count), where);
        if (answered.Count == 0)
            return;
        var block = answered[random.Next(answered.Count)];
        for (var sequence = block.FirstSequence; sequence <= block.LastSequence; sequence++)
        {
            var expected = Blocks.EntryBytes(block.Partition, sequence, BytesOf(block.Partition));
            Assert.True(journal.ReadEntry(block.Partition, sequence)!.Value.Span.SequenceEqual(expected.Span), where);
        }

        var after = new JournalPosition(block.Partition, block.LastSequence);
        JournalCalls.AssertSame(
            answered.Where(later => later.Partition == block.Partition && later.LastSequence > block.LastSequence), journal.ReadAll(after));
    }

    // Partitions differ, so that some blocks are copied into a commit and others are written from where they lie.
    private static int BytesOf(int partition) => partition == 3 ? 17_000 : 30 + (partition * 100);
}
