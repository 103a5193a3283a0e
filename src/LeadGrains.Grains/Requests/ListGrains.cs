using System.Buffers;
using System.Text;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Remote;

namespace LeadGrains.Grains.Requests;

/// <summary>
/// The next grains of one partition in the order of their keys' hashes, which never changes: whoever goes on after the last
/// of them meets each grain once, whatever comes meanwhile and whoever drives the partition by then. Looks at every key of
/// the partition, and at nothing else.
/// </summary>
/// <param name="workspace">Of all of them.</param>
/// <param name="kind">Contacts, those that lead to others left out; or accounts.</param>
/// <param name="partition">From 0.</param>
/// <param name="afterHash">Only those after it...</param>
/// <param name="afterId">... or with it and a later id, as bytes compare; empty for the beginning.</param>
/// <param name="limit">1 to <see cref="LimitMax"/>.</param>
internal sealed class ListGrains(string workspace, GrainKind kind, int partition, ulong afterHash, string afterId, int limit) : PartitionRequest
{
    public const int LimitMax = 1_000;

    private readonly TaskCompletionSource<IReadOnlyList<string>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Their ids. Fewer than the limit where there are no more.</summary>
    public Task<IReadOnlyList<string>> DoneAsync(CancellationToken cancellationToken) => _done.Task.WaitAsync(cancellationToken);

    internal override int Weight => 1;

    internal override bool IsFor(PartitionMap map) => map.Takes(partition);

    internal override void Apply(PartitionLoop loop)
    {
        if (!loop.Node.Workspaces.TryFind(workspace, out var code))
        {
            _done.TrySetResult([]);
            return;
        }

        loop.Settle();
        var owner = loop.Map[partition];
        var keys = owner.KeysOf(kind);
        var after = Encoding.UTF8.GetBytes(afterId);
        var order = Comparer<int>.Create((left, right) => Compare(owner, left, keys.HashOf(right), keys.IdOf(right)));

        // The largest of those that are kept comes out first.
        var kept = new PriorityQueue<int, int>(Comparer<int>.Create((left, right) => order.Compare(right, left)));
        for (var slot = 0; slot < keys.Slots; slot++)
        {
            if (keys.HashOf(slot) < afterHash || keys.WorkspaceOf(slot) != code || !IsListed(owner, slot))
                continue;
            if (after.Length > 0 && Compare(owner, slot, afterHash, after) <= 0)
                continue;
            if (kept.Count < limit)
                kept.Enqueue(slot, slot);
            else if (order.Compare(slot, kept.Peek()) < 0)
                kept.EnqueueDequeue(slot, slot);
        }

        int[] slots = [.. kept.UnorderedItems.Select(item => item.Element)];
        Array.Sort(slots, order);
        _done.TrySetResult([.. slots.Select(slot => owner.IdOf(kind, slot))]);
    }

    internal override void Fail(Exception failure) => _done.TrySetException(failure);

    internal override RequestKind Kind => RequestKind.ListGrains;

    internal override void WriteTo(IBufferWriter<byte> fields) => new ListRequest
    {
        Partition = (uint)partition,
        Workspace = KeyWire.NameOf(workspace),
        Kind = (Journal.V1.GrainKind)kind,
        AfterHash = afterHash,
        AfterId = afterId,
        Limit = (uint)limit,
    }.WriteTo(fields);

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer) => _done.TrySetResult([.. ListAnswer.Parser.ParseFrom(answer.Span).Ids]);

    private int Compare(Partition owner, int slot, ulong hash, ReadOnlySpan<byte> id)
    {
        var keys = owner.KeysOf(kind);
        var byHash = keys.HashOf(slot).CompareTo(hash);
        return byHash != 0 ? byHash : keys.IdOf(slot).SequenceCompareTo(id);
    }

    private bool IsListed(Partition owner, int slot) => kind == GrainKind.Account
        ? owner.IsKnownAccount(slot)
        : (owner.Contacts.Columns.Flags[slot] & (RankFlags.Known | RankFlags.Redirect)) is not RankFlags.None and var flags
            && (flags & RankFlags.Redirect) == RankFlags.None;
}
