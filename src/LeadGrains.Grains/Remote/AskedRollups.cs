using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Parents;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Rollup;

namespace LeadGrains.Grains.Remote;

/// <summary>Takes in what contacts and accounts of other nodes bring to accounts of this one, and tells them what they ask for.</summary>
internal static class AskedRollups
{
    /// <summary>Contributions, each in the loop that drives its account.</summary>
    public static async Task<IMessage> DeliverAsync(DeliveryRequest request, LoopGroup loops)
    {
        Require(request.ModelVersion, request.Landmarks.Count, loops);
        var telling = Telling.From(request.Told);
        var parts = new Dictionary<int, Part>();
        var answer = new DeliveryAnswer();
        ContributionWire.Read(request, loops.Context.Workspaces, loops.PartitionCount, (index, partition) =>
        {
            if (loops.LaneOf(partition) is not (>= 0 and var lane))
            {
                answer.Refused.Add((uint)index);
                return null;
            }

            if (!parts.TryGetValue(lane, out var part))
                parts.Add(lane, part = new Part(request));
            part.Indices.Add(index);
            return part.Batch;
        });

        var asked = parts.Select(part => LoopQuestion<Part>.AskAsync(loops, part.Key, (loop, done) =>
        {
            loop.Inbox.Receive(part.Value.Batch, part.Value.Moved, part.Value.Refused, telling);
            done.TrySetResult(part.Value);
        })).ToList();
        foreach (var part in await Task.WhenAll(asked).ConfigureAwait(false))
        {
            answer.Moved.AddRange(part.Moved.Select(moved => new Moved { Index = (uint)part.Indices[moved.Index], Claimant = moved.Claimant }));
            answer.Refused.AddRange(part.Refused.Select(index => (uint)part.Indices[index]));
            part.Batch.Dispose();
        }

        return Ordered(answer);
    }

    /// <summary>Gives accounts that have come to another node what they ask for.</summary>
    public static async Task<IMessage> SubscribeAsync(SubscriptionRequest request, LoopGroup loops)
    {
        var accounts = request.Accounts.Select(owned => new OwnedPartition(PlaceWire.PartitionFrom(owned.Partition, loops.PartitionCount), owned.Epoch)).ToList();
        if (accounts.Count == 0)
            throw new InvalidDataException("Another node asks for no accounts.");
        var asked = new List<Task<IReadOnlyList<int>>>();
        foreach (var lane in request.From.Select(partition => PlaceWire.PartitionFrom(partition, loops.PartitionCount)).GroupBy(loops.LaneOf).Where(lane => lane.Key >= 0))
        {
            var what = new AccountSubscription(accounts, [.. lane], request.Shares);
            asked.Add(LoopQuestion<IReadOnlyList<int>>.AskAsync(
                loops, lane.Key, (loop, done) => loop.Subscriptions.Give(what, given => done.TrySetResult(given))));
        }

        var given = await Task.WhenAll(asked).ConfigureAwait(false);
        return new SubscriptionAnswer { Given = { given.SelectMany(some => some).Select(partition => (uint)partition) } };
    }

    /// <summary>What subsidiaries bring, each in the loop that drives its parent.</summary>
    public static async Task<IMessage> ShareAsync(SharesRequest request, LoopGroup loops)
    {
        Require(request.ModelVersion, request.Landmarks.Count, loops);
        var telling = Telling.From(request.Told);
        var shares = ShareWire.From(request, loops);
        var asked = new List<Task<IEnumerable<uint>>>();
        var answer = new SharesAnswer();
        foreach (var lane in Enumerable.Range(0, shares.Count).GroupBy(i => loops.LaneOf(KeyHash.PartitionOf(shares[i].Parent.Hash, loops.PartitionCount))))
        {
            int[] indices = [.. lane];
            if (lane.Key < 0)
            {
                answer.Refused.AddRange(indices.Select(index => (uint)index));
                continue;
            }

            asked.Add(LoopQuestion<IEnumerable<uint>>.AskAsync(loops, lane.Key, (loop, done) =>
            {
                var refused = new HashSet<int>();
                ParentDelivery.Receive(loop, [.. indices.Select(index => shares[index])], refused, telling);
                done.TrySetResult(refused.Select(index => (uint)indices[index]));
            }));
        }

        foreach (var refused in await Task.WhenAll(asked).ConfigureAwait(false))
            answer.Refused.AddRange(refused);
        return answer;
    }

    // Sums under another model mean something else.
    private static void Require(uint modelVersion, int columns, LoopGroup loops)
    {
        if (modelVersion != loops.Context.ModelVersion)
            throw new PartitionUnavailableException("The other node scores by another model.");
        if (columns != loops.Context.Models.Set.Columns.Length)
            throw new InvalidDataException("Another node has other columns.");
    }

    private static DeliveryAnswer Ordered(DeliveryAnswer answer) => new()
    {
        Moved = { answer.Moved.OrderBy(moved => moved.Index) },
        Refused = { answer.Refused.Order() },
    };

    private sealed class Part
    {
        public Part(DeliveryRequest request)
        {
            Batch = new ContributionBatch(request.Landmarks.Count);
            Batch.Begin(ContributionWire.LandmarksOf(request));
        }

        public ContributionBatch Batch { get; }
        public List<int> Indices { get; } = [];
        public List<(int Index, string Claimant)> Moved { get; } = [];
        public List<int> Refused { get; } = [];
    }
}
