using System.Buffers;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// Accounts that have come to a loop ask contacts of one lane for all that these contribute, and come back once they have
/// it.
/// </summary>
internal sealed class SubscribeAccounts(PartitionLoop sender, int lane, AccountSubscription what) : PartitionRequest
{
    private bool _delivered;

    /// <summary>The lane that is asked.</summary>
    public int Lane { get; } = lane;

    /// <summary>What is asked.</summary>
    public AccountSubscription What { get; } = what;

    /// <summary>Once back: the partitions that have given all; none where the question came to nothing.</summary>
    public IReadOnlyList<int> Given { get; private set; } = [];

    /// <inheritdoc/>
    public override bool TakesItsTime => true;

    internal override int Weight => 0;

    internal override bool IsExpress => true;

    internal override void Apply(PartitionLoop loop)
    {
        if (_delivered)
            loop.Subscriptions.Answered(this);
        else
            loop.Subscriptions.Give(What, Return);
    }

    internal override RequestKind Kind => RequestKind.Subscribe;

    internal override void WriteTo(IBufferWriter<byte> fields) => new SubscriptionRequest
    {
        Accounts = { What.Accounts.Select(owned => new Owned { Partition = (uint)owned.Partition, Epoch = owned.Epoch }) },
        From = { What.From.Select(partition => (uint)partition) },
        Shares = What.Shares,
    }.WriteTo(fields);

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer) =>
        Return([.. SubscriptionAnswer.Parser.ParseFrom(answer.Span).Given.Select(partition => (int)partition)]);

    internal override void Fail(Exception failure) => Return([]);

    private void Return(IReadOnlyList<int> given)
    {
        if (_delivered)
            return;
        Given = given;
        _delivered = true;
        sender.Queue.TryPost(this);
    }
}

/// <param name="Accounts">The accounts' partitions, all of one lane, and under which epochs they are owned.</param>
/// <param name="From">The partitions that are asked.</param>
/// <param name="Shares">What subsidiaries bring to their parents, instead of what contacts contribute.</param>
internal sealed record AccountSubscription(IReadOnlyList<OwnedPartition> Accounts, IReadOnlyList<int> From, bool Shares);
