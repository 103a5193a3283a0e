using LeadGrains.Cluster.Membership;
using Npgsql;

namespace LeadGrains.Cluster.Postgres;

/// <summary>Reads what <see cref="MembershipCommands.See"/> gives.</summary>
internal static class ViewReader
{
    public static async Task<ClusterView> ReadAsync(NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        var members = new List<ClusterMember>();
        while (await rows.ReadAsync(cancellationToken))
            members.Add(new ClusterMember(rows.GetString(0), rows.GetString(1), (MemberState)rows.GetInt32(2), rows.GetBoolean(3)));
        await rows.NextResultAsync(cancellationToken);
        var partitions = new List<PartitionHolding>();
        while (await rows.ReadAsync(cancellationToken))
            partitions.Add(new PartitionHolding(rows.GetInt32(0), rows.GetString(1), rows.GetInt64(2), rows.GetTimeSpan(3), rows.GetInt64(4)));
        await rows.NextResultAsync(cancellationToken);
        var model = await rows.ReadAsync(cancellationToken) ? (uint)rows.GetInt64(0) : 0;
        return new ClusterView(members, partitions, model);
    }
}
