using System.Text.Json;
using System.Text.Json.Serialization;
using LeadGrains.Cluster.Membership;

namespace LeadGrains.Host.Clients;

/// <summary>What `cluster status` shows.</summary>
/// <param name="ModelVersion">Of the active model; 0 without one.</param>
/// <param name="Nodes">By name.</param>
/// <param name="Partitions">By number.</param>
internal sealed record ClusterStatus(uint ModelVersion, IReadOnlyList<NodeStatus> Nodes, IReadOnlyList<PartitionStatus> Partitions)
{
    /// <param name="view">Who is there and has what.</param>
    /// <param name="checkpoints">By partition, up to which sequence rows are written; 0 where it is not named.</param>
    public static ClusterStatus Of(ClusterView view, IReadOnlyDictionary<int, long> checkpoints) => new(
        view.ModelVersion,
        [.. view.Members.Select(member => new NodeStatus(
            member.Name, member.Address, State(member), view.Partitions.Count(holding => !holding.IsFree && holding.Owner == member.Name)))],
        [.. view.Partitions.Select(holding => new PartitionStatus(
            holding.Partition, holding.IsFree ? "" : holding.Owner, holding.Epoch, holding.IsFree ? 0 : Math.Round(holding.Left.TotalSeconds, 3), holding.LastSequence,
            Math.Max(0, holding.LastSequence - checkpoints.GetValueOrDefault(holding.Partition))))]);

    public string ToJson() => JsonSerializer.Serialize(this, ClusterJson.Default.ClusterStatus);

    private static string State(ClusterMember member) => (member.IsAlive, member.State) switch
    {
        (false, _) => "gone",
        (_, MemberState.Joining) => "joining",
        (_, MemberState.Serving) => "serving",
        _ => "draining",
    };
}

/// <param name="Name">The node's.</param>
/// <param name="Address">Where other nodes reach it.</param>
/// <param name="State">"joining", "serving", "draining" or "gone".</param>
/// <param name="Partitions">How many it has.</param>
internal sealed record NodeStatus(string Name, string Address, string State, int Partitions);

/// <param name="Partition">From 0.</param>
/// <param name="Owner">The node's name, or what a server without a cluster calls itself; empty where nobody has it.</param>
/// <param name="Epoch">How often it has changed its owner.</param>
/// <param name="LeaseSeconds">Until others may take it if nothing is heard of the owner.</param>
/// <param name="JournalEnd">The sequence of its last entry.</param>
/// <param name="ToReplay">How far the rows lie behind it: what the next owner would replay after a kill, at most.</param>
internal sealed record PartitionStatus(int Partition, string Owner, long Epoch, double LeaseSeconds, long JournalEnd, long ToReplay);

/// <summary>Writes the status without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ClusterStatus))]
internal sealed partial class ClusterJson : JsonSerializerContext;
