using LeadGrains.Grains.Partitions;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Parents;

/// <summary>What a loop's accounts owe to parents of one lane: which accounts, never what, so that the newest is sent however often it changed.</summary>
internal sealed class ParentLane(PartitionLoop loop, int lane)
{
    private const int PerDelivery = 1_000;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<SubsidiaryPlace> _owed = [];
    private readonly ParentDelivery _delivery = new(loop, lane);
    private Instant _notBefore = Instant.Min;

    public bool HasOwed => _owed.Count > 0;

    /// <summary>The delivery has not come back.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>The account has something new to tell that one: what it brings, where that is its parent, else that it left.</summary>
    public void List(in SubsidiaryPlace place) => _owed.Add(place);

    /// <summary>The delivery has come back undelivered; who did not take it gets a moment.</summary>
    public void Failed(Instant now) => _notBefore = now + RetryDelay;

    /// <summary>Makes a delivery of what is owed and sends it off.</summary>
    public bool Send(Instant now)
    {
        if (now < _notBefore)
            return false;
        _delivery.Begin();
        foreach (var place in _owed.Take(PerDelivery))
        {
            var isPart = place.Partition.Parents.Of(place.Slot) == place.ParentRef;
            _delivery.Messages.Add(new ParentMessage(
                place, ParentKey.Of(place), isPart ? Subsidiary.Of(place.Partition, place.Slot) : null));
        }

        foreach (var message in _delivery.Messages)
            _owed.Remove(message.Place);
        IsUnderWay = true;
        if (lane == loop.Lane)
            _delivery.Apply(loop);
        else if (!loop.Node.Router.TryPost(lane, _delivery))
            _delivery.Fail(new OverloadedException());
        return true;
    }
}
