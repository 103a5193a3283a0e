using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains;

/// <summary>Puts requests onto lanes and waits for what comes of them.</summary>
internal sealed class Lanes(NodeContext node)
{
    public int Count => node.Router.LaneCount;

    public int PartitionOf(GrainKey key) => KeyHash.PartitionOf(KeyHash.Of(key), node.Router.PartitionCount);

    public int LaneOf(GrainKey key) => node.Router.LaneOf(PartitionOf(key));

    /// <exception cref="OverloadedException">The lane's queue is full.</exception>
    public void Post(int lane, PartitionRequest request)
    {
        if (!node.Router.TryPost(lane, request))
            throw new OverloadedException();
    }

    /// <summary>Appends entries, in parts where they belong to different lanes; outcomes in the order of the entries.</summary>
    public async Task<bool[]> AppendAsync(string workspace, IReadOnlyList<GrainEntry> entries, AckLevel ack)
    {
        if (entries.Count == 0)
            return [];
        var outcomes = new bool[entries.Count];
        var parts = Enumerable.Range(0, entries.Count).GroupBy(index => node.Router.LaneOf(entries[index].Partition));
        var waits = new List<(int[] Indices, Task<bool[]> Done)>();
        Exception? refused = null;
        foreach (var part in parts)
        {
            int[] indices = [.. part];
            var request = new AppendEntries(workspace, [.. indices.Select(index => entries[index])], ack, indices.Length);
            if (refused is null && node.Router.TryPost(part.Key, request))
                waits.Add((indices, request.Done));
            else
                refused = new OverloadedException();
        }

        foreach (var (indices, done) in waits)
        {
            var answered = await done.ConfigureAwait(false);
            for (var i = 0; i < indices.Length; i++)
                outcomes[indices[i]] = answered[i];
        }

        return refused is null ? outcomes : throw refused;
    }
}
