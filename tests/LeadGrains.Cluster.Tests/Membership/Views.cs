using FsCheck;
using FsCheck.Fluent;
using LeadGrains.Cluster.Membership;

namespace LeadGrains.Cluster.Tests.Membership;

/// <summary>What nodes may see.</summary>
internal static class Views
{
    /// <summary>Any: nodes that live or not, drain or not, partitions that are held, free, run out, or with somebody unknown.</summary>
    public static Arbitrary<ClusterView> Any { get; } = Generate(MemberState.Draining, mayBeDead: true).ToArbitrary();

    /// <summary>At least one node lives and is not draining.</summary>
    public static Arbitrary<ClusterView> WithTakers { get; } =
        Generate(MemberState.Draining, mayBeDead: true).Where(view => view.Members.Any(IsWilling)).ToArbitrary();

    public static bool IsWilling(ClusterMember member) => member.IsAlive && member.State != MemberState.Draining;

    public static ClusterMember Member(string name, MemberState state = MemberState.Serving, bool isAlive = true) => new(name, name + ":1", state, isAlive);

    public static PartitionHolding Held(int partition, string owner) => new(partition, owner, 1, TimeSpan.FromSeconds(5), 0);

    public static PartitionHolding Free(int partition) => new(partition, "", 1, TimeSpan.Zero, 0);

    /// <summary>Nodes a, b, c... and who has which partition; '.' is free, '!' a partition of a that has run out.</summary>
    public static ClusterView Of(string owners, params ClusterMember[] members) => new(
        members,
        [.. owners.Index().Select(at => at.Item switch
        {
            '.' => Free(at.Index),
            '!' => Held(at.Index, "a") with { Left = TimeSpan.Zero },
            var owner => Held(at.Index, owner.ToString()),
        })],
        1);

    /// <summary>All partitions are where they are to be.</summary>
    public static ClusterView Settled(ClusterView view)
    {
        var owners = FairShare.Owners(view);
        return view with
        {
            Partitions = [.. view.Partitions.Select(holding => owners[holding.Partition] is { } owner ? Held(holding.Partition, owner) : holding)],
        };
    }

    private static Gen<ClusterView> Generate(MemberState last, bool mayBeDead) =>
        from count in Gen.Choose(0, 5)
        from states in Gen.ArrayOf(Gen.Choose(0, (int)last), count)
        from alive in Gen.ArrayOf(Gen.Choose(0, mayBeDead ? 3 : 0), count)
        from size in Gen.Choose(1, 20)
        from owners in Gen.ArrayOf(Gen.Choose(0, count + 2), size)
        let members = Enumerable.Range(0, count).Select(i => Member(Name(i), (MemberState)states[i], alive[i] < 3)).ToArray()
        select new ClusterView(members, [.. owners.Select((owner, i) => Holding(i, owner, count))], 1);

    private static PartitionHolding Holding(int partition, int owner, int nodes) =>
        owner < nodes ? Held(partition, Name(owner))
        : owner == nodes ? Free(partition)
        : owner == nodes + 1 ? Held(partition, Name(partition % Math.Max(1, nodes))) with { Left = TimeSpan.Zero }
        : Held(partition, "somebody unknown");

    private static string Name(int i) => ((char)('a' + i)).ToString();
}
