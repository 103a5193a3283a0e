using System.Text;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Parents;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Remote;

/// <summary>What accounts bring to their parents, between nodes.</summary>
internal static class ShareWire
{
    /// <param name="shares">What is brought.</param>
    /// <param name="landmarks">What the sums shall be relative to.</param>
    /// <param name="context">Of the node.</param>
    public static SharesRequest Of(IReadOnlyList<ParentShare> shares, ReadOnlySpan<Landmark> landmarks, NodeContext context)
    {
        var request = new SharesRequest { ModelVersion = context.ModelVersion };
        foreach (var landmark in landmarks)
            request.Landmarks.Add(landmark.Index);
        foreach (var share in shares)
        {
            var message = new Share
            {
                Parent = new Place
                {
                    Hash = share.Parent.Hash,
                    Workspace = KeyWire.NameOf(context.Workspaces.NameOf(share.Parent.Workspace)),
                    Id = Google.Protobuf.ByteString.CopyFrom(share.Parent.Id),
                },
                Hash = share.Hash,
                Id = share.Id,
            };
            if (share.Points is { } points)
                message.Points = Of(points, landmarks);
            request.Shares.Add(message);
        }

        return request;
    }

    /// <exception cref="InvalidDataException">It does not fit together.</exception>
    public static List<ParentShare> From(SharesRequest request, LoopGroup loops)
    {
        Landmark[] landmarks = [.. request.Landmarks.Select(index => new Landmark(index))];
        var places = new PlaceWire(loops.Context.Workspaces);
        return [.. request.Shares.Select(share =>
        {
            var parent = places.From(share.Parent, loops.PartitionCount);
            return new ParentShare(
                new ParentKey(parent.Hash, parent.Workspace, parent.Id), share.Hash, share.Id,
                share.Points is { } points ? From(share, points, landmarks) : null);
        })];
    }

    private static SharePoints Of(Subsidiary subsidiary, ReadOnlySpan<Landmark> landmarks)
    {
        var points = new SharePoints { LastSignalTicks = subsidiary.LastSignalAt.Ticks, NewestDay = subsidiary.Velocity.NewestDay };
        for (var column = 0; column < landmarks.Length; column++)
            points.Sums.Add(subsidiary.SumAt(column, landmarks[column]));
        points.DayMask = DaysWire.Add(subsidiary.Velocity, points.Days);
        return points;
    }

    private static Subsidiary From(Share share, SharePoints points, Landmark[] landmarks)
    {
        if (points.Sums.Count != landmarks.Length || points.DayMask >= 1u << Velocity.Days || points.Days.Count != uint.PopCount(points.DayMask)
            || Encoding.UTF8.GetByteCount(share.Id) is 0 or > IdArena.MaxIdBytes)
        {
            throw new InvalidDataException("What a subsidiary at another node brings does not fit together.");
        }

        return new Subsidiary(
            share.Hash, share.Id, [.. points.Sums], landmarks, VelocityDays.Unpack(points.NewestDay, (int)points.DayMask, [.. points.Days]),
            new Instant(points.LastSignalTicks));
    }
}
