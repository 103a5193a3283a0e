using System.Buffers;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;
using LeadGrains.Grains.Stages;

namespace LeadGrains.Grains.Parents;

/// <summary>
/// What accounts tell their parents of one lane, and back as the acknowledgement. One is under way at a time between two
/// lanes, so that nothing overtakes what was sent before it.
/// </summary>
internal sealed class ParentDelivery(PartitionLoop sender, int lane) : PartitionRequest
{
    private bool _delivered;

    /// <summary>The lane of the parents.</summary>
    public int Lane { get; } = lane;

    /// <summary>Where the sender finds the accounts again.</summary>
    public List<SubsidiaryPlace> Places { get; } = [];

    /// <summary>What they tell.</summary>
    public List<ParentShare> Shares { get; } = [];

    /// <summary>Which of them were for a partition that is not driven there: they are owed still.</summary>
    public HashSet<int> Refused { get; } = [];

    /// <summary>It could not be delivered: all of it is owed still.</summary>
    public bool IsFailed { get; private set; }

    internal override int Weight => 0;

    internal override bool IsExpress => true;

    public void Begin()
    {
        Places.Clear();
        Shares.Clear();
        Refused.Clear();
        _delivered = false;
        IsFailed = false;
    }

    public void Add(in SubsidiaryPlace place)
    {
        Places.Add(place);
        Shares.Add(ParentShare.Of(place));
    }

    internal override void Apply(PartitionLoop loop)
    {
        if (_delivered)
        {
            loop.Outbox.Parents.Acknowledged(this);
            return;
        }

        Receive(loop, Shares, Refused);
        Return();
    }

    internal override RequestKind Kind => RequestKind.Share;

    internal override void WriteTo(IBufferWriter<byte> fields)
    {
        var request = ShareWire.Of(Shares, sender.LandmarksAt(sender.Node.Now()), sender.Node);
        request.Told = Telling.Of(sender, Places.Select(place => place.Partition.Index), Shares.Select(share => sender.Map.IndexOf(share.Parent.Hash)));
        request.WriteTo(fields);
    }

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer)
    {
        Refused.UnionWith(SharesAnswer.Parser.ParseFrom(answer.Span).Refused.Select(index => (int)index));
        Return();
    }

    internal override void Fail(Exception failure)
    {
        if (_delivered)
            return;
        IsFailed = true;
        Return();
    }

    /// <summary>Takes in what accounts bring to parents of a loop.</summary>
    /// <param name="loop">The parents'.</param>
    /// <param name="shares">What came.</param>
    /// <param name="refused">Gets those for a partition that is not driven here, and those of which newer has come.</param>
    /// <param name="telling">What another node said of them; null where they came from this one.</param>
    public static void Receive(PartitionLoop loop, IReadOnlyList<ParentShare> shares, ISet<int> refused, Telling? telling = null)
    {
        var now = loop.Node.Now();
        loop.FollowClock(now);
        var changed = new HashSet<(Partition Partition, int Slot)>();
        for (var i = 0; i < shares.Count; i++)
        {
            var (message, parent) = (shares[i], shares[i].Parent);
            var index = loop.Map.IndexOf(parent.Hash);
            if (!loop.Map.Takes(index) || telling?.IsHeard(loop.Map[index], loop.Map.IndexOf(message.Hash)) == false)
            {
                refused.Add(i);
                continue;
            }

            var partition = loop.Map[index];
            var slot = partition.Accounts.Keys.FindOrAdd(parent.Hash, parent.Workspace, parent.Id, out var added);
            if (added)
                partition.Admit(GrainKind.Account, slot);
            if (message.Points is { } points)
                partition.Parents.Subsidiaries.Put(slot, points);
            else
                partition.Parents.Subsidiaries.Remove(slot, message.Hash, message.Id);
            changed.Add((partition, slot));
        }

        foreach (var (partition, slot) in changed)
        {
            if (partition.Parents.Subsidiaries.Refresh(slot))
                partition.Contributions.Recompute(slot);
            partition.Contributions.NoteChange(slot, now);
            StageEvaluation.Reset(partition.Accounts.Columns, slot);
            loop.Settlement.LookAtParent(partition, slot, now);
        }
    }

    private void Return()
    {
        _delivered = true;
        sender.Queue.TryPost(this);
    }
}
