using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Tests.Support;

/// <summary>What most tests do with a journal.</summary>
internal static class JournalCalls
{
    public static Task AppendAsync(this IJournal journal, params JournalBlock[] blocks)
    {
        var append = new TestAppend(blocks);
        journal.Append(append);
        return append.Done;
    }

    /// <summary>All blocks after the positions (0 where none is given), with bytes of their own.</summary>
    public static List<JournalBlock> ReadAll(this IJournal journal, params JournalPosition[] after)
    {
        var positions = after.Length > 0
            ? after
            : [.. Enumerable.Range(0, journal.PartitionCount).Select(partition => new JournalPosition(partition, 0))];
        var blocks = new List<JournalBlock>();
        foreach (var block in journal.Read(positions, TestContext.Current.CancellationToken))
            blocks.Add(block with { Entries = block.Entries.ToArray() });
        return blocks;
    }

    /// <summary>The same blocks, each partition's in the same order; partitions come in any.</summary>
    public static void AssertSame(IEnumerable<JournalBlock> expected, IEnumerable<JournalBlock> actual) =>
        Assert.Equal(expected.OrderBy(block => block.Partition).Select(Describe), actual.OrderBy(block => block.Partition).Select(Describe));

    private static string Describe(JournalBlock block) =>
        $"{block.Partition} {block.Epoch} {block.FirstSequence}-{block.LastSequence} {block.Count} {Convert.ToHexString(block.Entries.Span)}";
}
