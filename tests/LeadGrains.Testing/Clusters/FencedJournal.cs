using LeadGrains.Grains;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Testing;

/// <summary>
/// One node's way to the journal that all share: it takes nothing under an epoch that has ended, and nothing any more after
/// that, as a database does.
/// </summary>
internal sealed class FencedJournal(InMemoryJournal journal, InMemoryCluster cluster, string node, ProcessGate gate) : IJournal
{
    private Exception? _failure;

    public int PartitionCount => journal.PartitionCount;

    public long EntryCount => journal.EntryCount;

    public long LastSequence(int partition) => journal.LastSequence(partition);

    public void Append(JournalAppend append) => gate.Do(() =>
    {
        try
        {
            cluster.Fenced(node, epochs => Append(append, epochs));
        }
        catch (PartitionUnavailableException cutOff)
        {
            append.Completed(_failure ??= cutOff);
        }
    });

    public IEnumerable<JournalBlock> Read(IReadOnlyList<JournalPosition> after, CancellationToken cancellationToken) => journal.Read(after, cancellationToken);

    public ReadOnlyMemory<byte>? ReadEntry(int partition, long sequence) => journal.ReadEntry(partition, sequence);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Append(JournalAppend append, Func<int, long> epochs)
    {
        _failure ??= append.Blocks.Where(block => epochs(block.Partition) != block.Epoch)
            .Select(block => new StaleEpochException($"Partition {block.Partition} is owned under epoch {epochs(block.Partition)}, and this was to be written under {block.Epoch}."))
            .FirstOrDefault();
        if (_failure is null)
            journal.Append(append);
        else
            append.Completed(_failure);
    }
}
