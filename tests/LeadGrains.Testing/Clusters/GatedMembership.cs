using LeadGrains.Cluster.Membership;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Testing;

/// <summary>The membership of a process that can be stopped.</summary>
internal sealed class GatedMembership(IMembership membership, ProcessGate gate) : IMembership
{
    public TimeSpan Lease => membership.Lease;

    public async Task JoinAsync(CancellationToken cancellationToken)
    {
        await gate.RunsAsync();
        await membership.JoinAsync(cancellationToken);
    }

    public async Task<ClusterView> BeatAsync(MemberState state, IReadOnlyList<OwnedPartition> owned, CancellationToken cancellationToken)
    {
        await gate.RunsAsync();
        return await membership.BeatAsync(state, owned, cancellationToken);
    }

    public async Task<IReadOnlyList<OwnedPartition>> TakeAsync(IReadOnlyList<int> partitions, CancellationToken cancellationToken)
    {
        await gate.RunsAsync();
        return await membership.TakeAsync(partitions, cancellationToken);
    }

    public async Task GiveBackAsync(IReadOnlyList<OwnedPartition> partitions, CancellationToken cancellationToken)
    {
        await gate.RunsAsync();
        await membership.GiveBackAsync(partitions, cancellationToken);
    }

    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await gate.RunsAsync();
        await membership.LeaveAsync(cancellationToken);
    }
}
