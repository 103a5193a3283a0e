using System.Runtime.ExceptionServices;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains.Remote;

/// <summary>Appends entries that other nodes want to be appended.</summary>
internal static class AskedEntries
{
    public static async Task<IMessage> RunAsync(EntriesRequest request, LoopGroup loops)
    {
        List<GrainEntry> entries = [.. request.Items.Select(item => From(item, loops.PartitionCount))];
        var round = await AppendRound.RunAsync(
            loops, KeyWire.FromName(request.Workspace), entries, (AckLevel)request.AckLevel, request.MustFit, decided: MergeWire.From(request.By)).ConfigureAwait(false);
        if (round.Failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        var answer = new EntriesAnswer();
        for (var i = 0; i < entries.Count; i++)
            answer.Outcomes.Add(new EntryOutcome { HadEffect = round.Outcomes[i] == AppendOutcome.Applied, Sequence = entries[i].Entry.Sequence });
        answer.Onward.AddRange(round.Onward.Select(item => new Onward { Index = (uint)item.Index, Into = item.Into }));
        answer.Moved.AddRange(round.Moved.Select(index => (uint)index));
        return answer;
    }

    /// <summary>An entry as it travels.</summary>
    public static EntryItem Of(GrainEntry entry) => new()
    {
        Partition = (uint)entry.Partition,
        Kind = (Journal.V1.GrainKind)entry.Kind,
        Hash = entry.Hash,
        Id = entry.Id,
        Entry = entry.Entry,
    };

    private static GrainEntry From(EntryItem item, int partitionCount) =>
        item.Partition < partitionCount && item.Entry is not null
            ? new GrainEntry((int)item.Partition, (GrainKind)item.Kind, item.Hash, item.Id, item.Entry)
            : throw new InvalidDataException("Another node wants an entry where there is no partition.");
}
