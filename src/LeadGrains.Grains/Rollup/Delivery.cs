using System.Buffers;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// Contributions on their way to the accounts of one lane, and back as their acknowledgement. One for each pair of
/// lanes, used again and again, so that what is under way is bounded.
/// </summary>
internal sealed class Delivery(PartitionLoop sender, int lane, int columns) : PartitionRequest
{
    private bool _delivered;

    /// <summary>The lane of the accounts.</summary>
    public int Lane { get; } = lane;

    public ContributionBatch Batch { get; } = new(columns);

    /// <summary>Whose contributions they are, in the order of the batch.</summary>
    public List<Source> Sources { get; } = [];

    /// <summary>Which of them were for an account whose domain another account holds.</summary>
    public List<(int Index, string Claimant)> Moved { get; } = [];

    /// <summary>Which of them were for a partition that is not driven there: they are owed still.</summary>
    public List<int> Refused { get; } = [];

    /// <summary>It could not be delivered: all of it is owed still.</summary>
    public bool IsFailed { get; private set; }

    internal override int Weight => 0;

    internal override bool IsExpress => true;

    public void Begin(ReadOnlySpan<Landmark> landmarks)
    {
        Batch.Begin(landmarks);
        Sources.Clear();
        Moved.Clear();
        Refused.Clear();
        _delivered = false;
        IsFailed = false;
    }

    internal override void Apply(PartitionLoop loop)
    {
        if (_delivered)
        {
            loop.Outbox.Acknowledged(this);
            return;
        }

        loop.Inbox.Receive(Batch, Moved, Refused);
        Return();
    }

    internal override RequestKind Kind => RequestKind.Deliver;

    internal override void WriteTo(IBufferWriter<byte> fields)
    {
        var request = ContributionWire.Of(Batch, sender.Node.ModelVersion, sender.Node.Workspaces);
        request.Told = Telling.Of(sender, Sources.Select(source => source.Partition.Index), Enumerable.Range(0, Batch.Count).Select(i => sender.Map.IndexOf(Batch.AccountHashOf(i))));
        request.WriteTo(fields);
    }

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer)
    {
        var message = DeliveryAnswer.Parser.ParseFrom(answer.Span);
        Moved.AddRange(message.Moved.Select(moved => ((int)moved.Index, moved.Claimant)));
        Refused.AddRange(message.Refused.Select(index => (int)index));
        Return();
    }

    internal override void Fail(Exception failure)
    {
        if (_delivered)
            return;
        IsFailed = true;
        Return();
    }

    private void Return()
    {
        _delivered = true;
        sender.Queue.TryPost(this);
    }
}

/// <summary>The contact that a contribution comes from.</summary>
/// <param name="Partition">The contact's partition.</param>
/// <param name="Slot">Its slot there.</param>
/// <param name="Version">The version that was sent.</param>
/// <param name="AccountRef">The account that it was sent to.</param>
/// <param name="IsWithdrawal">An empty contribution for an account that the contact has left.</param>
internal readonly record struct Source(Partition Partition, int Slot, long Version, int AccountRef, bool IsWithdrawal);
