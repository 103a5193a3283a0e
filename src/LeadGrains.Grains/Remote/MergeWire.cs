using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Merges;
using StartedMerge = LeadGrains.Grains.Merges.StartedMerge;

namespace LeadGrains.Grains.Remote;

/// <summary>Merges between nodes.</summary>
internal static class MergeWire
{
    public static Decided? Of(MergeStamp? stamp) =>
        stamp is { } decided ? new Decided { Epoch = decided.Epoch, Number = decided.Number } : null;

    public static MergeStamp? From(Decided? stamp) => stamp is null ? null : new MergeStamp(stamp.Epoch, stamp.Number);

    public static StartedMergesAnswer Of(FoundMerges found) => new()
    {
        Merges =
        {
            found.Merges.Select(merge => new Cluster.V1.StartedMerge
            {
                From = KeyWire.Of(merge.From), Into = merge.Into.Id, LastSequence = merge.LastSequence,
            }),
        },
        Partitions = { found.Partitions.Select(partition => (uint)partition) },
    };

    public static FoundMerges From(StartedMergesAnswer found) => new(
        [.. found.Merges.Select(From)], [.. found.Partitions.Select(partition => (int)partition)]);

    private static StartedMerge From(Cluster.V1.StartedMerge merge)
    {
        var source = KeyWire.From(merge.From ?? throw new InvalidDataException("A merge of nobody came from another node."));
        return new StartedMerge(source, source with { Id = merge.Into }, merge.LastSequence);
    }
}
