using LeadGrains.Grains.Partitions;
using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Leases;

/// <summary>The first statement of a write: fails where an ownership has ended, and keeps it from ending before the write does.</summary>
internal static class EpochCheck
{
    public static NpgsqlBatchCommand Of(int[] partitions, long[] epochs) =>
        PostgresCommands.Of("SELECT leadgrains.hold($1, $2)").With(partitions).With(epochs);

    public static NpgsqlBatchCommand Of(IReadOnlyList<OwnedPartition> owned) =>
        Of([.. owned.Select(partition => partition.Partition)], [.. owned.Select(partition => partition.Epoch)]);
}
