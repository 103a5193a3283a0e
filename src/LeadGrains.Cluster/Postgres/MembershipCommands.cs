using LeadGrains.Cluster.Membership;
using LeadGrains.Grains.Partitions;
using Npgsql;

namespace LeadGrains.Cluster.Postgres;

/// <summary>The statements of <see cref="PostgresMembership"/>. All times are by the database's clock.</summary>
internal static class MembershipCommands
{
    // A row of a node that has been gone for so long tells nobody anything.
    private const string ForgetGone = "DELETE FROM leadgrains.nodes WHERE expires_at < clock_timestamp() - interval '1 hour'";

    // A process that joins again keeps what it was told; one that was started anew takes partitions again.
    private const string EnterNode =
        """
        INSERT INTO leadgrains.nodes AS n (node, process, address, state, expires_at) VALUES ($1, $2, $3, 0, clock_timestamp() + $4)
        ON CONFLICT (node) DO UPDATE SET process = excluded.process, address = excluded.address, state = 0,
          drained = n.drained AND n.process = excluded.process, joined_at = clock_timestamp(), expires_at = excluded.expires_at
        WHERE n.process = excluded.process OR n.expires_at <= clock_timestamp()
        RETURNING 1
        """;

    // What a process left under the name that this one has now, and nothing else.
    private const string FreeOfNode =
        """
        UPDATE leadgrains.partitions SET owner = '', expires_at = '-infinity'
        WHERE owner = $1 AND EXISTS (SELECT FROM leadgrains.nodes WHERE node = $1 AND process = $2)
        """;

    private const string Renew =
        """
        UPDATE leadgrains.nodes SET state = $3, expires_at = clock_timestamp() + $4 WHERE node = $1 AND process = $2 RETURNING 1
        """;

    private const string Keep =
        """
        WITH mine AS (
          SELECT p.partition FROM leadgrains.partitions p JOIN unnest($2, $3) AS m (partition, epoch) USING (partition, epoch)
          WHERE p.owner = $1 ORDER BY p.partition FOR NO KEY UPDATE OF p)
        UPDATE leadgrains.partitions p SET expires_at = clock_timestamp() + $4 FROM mine WHERE p.partition = mine.partition
        """;

    // The lock waits for writes that are under way, as the last of the owner before.
    private const string TakeFree =
        """
        WITH free AS (
          SELECT partition FROM leadgrains.partitions
          WHERE partition = ANY ($3) AND (owner = '' OR expires_at <= clock_timestamp())
            AND EXISTS (SELECT FROM leadgrains.nodes WHERE node = $1 AND process = $2 AND expires_at > clock_timestamp())
          ORDER BY partition FOR UPDATE)
        UPDATE leadgrains.partitions p SET owner = $1, epoch = epoch + 1, expires_at = clock_timestamp() + $4
        FROM free WHERE p.partition = free.partition RETURNING p.partition, p.epoch
        """;

    private const string Free =
        """
        WITH mine AS (
          SELECT p.partition FROM leadgrains.partitions p JOIN unnest($2, $3) AS m (partition, epoch) USING (partition, epoch)
          WHERE p.owner = $1 ORDER BY p.partition FOR NO KEY UPDATE OF p)
        UPDATE leadgrains.partitions p SET owner = '', expires_at = '-infinity' FROM mine WHERE p.partition = mine.partition
        """;

    private const string Leave = "DELETE FROM leadgrains.nodes WHERE node = $1 AND process = $2";

    private const string SeeNodes =
        """
        SELECT node, address, CASE WHEN drained THEN 2 ELSE state::integer END, expires_at > clock_timestamp() FROM leadgrains.nodes ORDER BY node
        """;

    private const string SeePartitions =
        """
        SELECT partition, owner, epoch, CASE WHEN expires_at > clock_timestamp() THEN expires_at - clock_timestamp() ELSE interval '0' END, last_sequence
        FROM leadgrains.partitions ORDER BY partition
        """;

    private const string SeeModel = "SELECT model_version FROM leadgrains.active";

    private const string SeeCheckpoints =
        "SELECT partition, sequence FROM leadgrains.checkpoints WHERE generation = (SELECT generation FROM leadgrains.active)";

    // A server without a cluster.
    private const string SeeOthers =
        """
        SELECT p.owner, p.expires_at, p.expires_at - clock_timestamp() FROM leadgrains.partitions p
        WHERE p.owner <> '' AND p.expires_at > clock_timestamp() AND NOT EXISTS (SELECT FROM leadgrains.nodes n WHERE n.node = p.owner)
        ORDER BY p.expires_at DESC LIMIT 1
        """;

    private const string SeeNamesake =
        "SELECT node, expires_at, expires_at - clock_timestamp() FROM leadgrains.nodes WHERE node = $1 AND process <> $2 AND expires_at > clock_timestamp()";

    private const string MarkDrained = "UPDATE leadgrains.nodes SET drained = $2 WHERE node = $1 RETURNING expires_at > clock_timestamp()";

    public static IEnumerable<NpgsqlBatchCommand> Join(NodeIdentity node, TimeSpan lease) =>
    [
        Of(ForgetGone),
        Of(EnterNode).With(node.Name).With(node.Process).With(node.Address).With(lease),
        Of(FreeOfNode).With(node.Name).With(node.Process),
    ];

    public static IEnumerable<NpgsqlBatchCommand> Beat(NodeIdentity node, MemberState state, IReadOnlyList<OwnedPartition> owned, TimeSpan lease) =>
    [
        Of(Renew).With(node.Name).With(node.Process).With((short)state).With(lease),
        Epochs(Of(Keep).With(node.Name), owned).With(lease),
        .. See(),
    ];

    /// <summary>Nodes, then partitions, then the model: one that was published before a partition was given back is seen with it.</summary>
    public static IEnumerable<NpgsqlBatchCommand> See() => [Of(SeeNodes), Of(SeePartitions), Of(SeeModel)];

    public static IEnumerable<NpgsqlBatchCommand> Checkpoints() => [Of(SeeCheckpoints)];

    public static IEnumerable<NpgsqlBatchCommand> Take(NodeIdentity node, int[] partitions, TimeSpan lease) =>
        [Of(TakeFree).With(node.Name).With(node.Process).With(partitions).With(lease)];

    public static IEnumerable<NpgsqlBatchCommand> GiveBack(NodeIdentity node, IReadOnlyList<OwnedPartition> owned) =>
        [Epochs(Of(Free).With(node.Name), owned)];

    public static IEnumerable<NpgsqlBatchCommand> End(NodeIdentity node) =>
        [Of(FreeOfNode).With(node.Name).With(node.Process), Of(Leave).With(node.Name).With(node.Process)];

    public static IEnumerable<NpgsqlBatchCommand> Obstacles(NodeIdentity node) =>
        [Of(SeeOthers), Of(SeeNamesake).With(node.Name).With(node.Process)];

    public static IEnumerable<NpgsqlBatchCommand> Drain(string node, bool isDrained) => [Of(MarkDrained).With(node).With(isDrained)];

    private static NpgsqlBatchCommand Of(string sql) => new(sql);

    private static NpgsqlBatchCommand Epochs(NpgsqlBatchCommand command, IReadOnlyList<OwnedPartition> owned) =>
        command.With(owned.Select(own => own.Partition).ToArray()).With(owned.Select(own => own.Epoch).ToArray());

    private static NpgsqlBatchCommand With<T>(this NpgsqlBatchCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }
}
