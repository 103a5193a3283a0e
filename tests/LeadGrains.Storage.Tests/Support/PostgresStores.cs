using LeadGrains.Grains.Partitions;
using LeadGrains.Storage.Postgres;

namespace LeadGrains.Storage.Tests.Support;

/// <summary>Opens stores in PostgreSQL as tests need them.</summary>
internal static class PostgresStores
{
    public static PostgresStoreOptions Options(string address, int? partitions = 8) => new()
    {
        ConnectionString = address,
        NewStoreId = new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]),
        PartitionCount = partitions,
        Owner = "the tests",
        Lease = TimeSpan.FromSeconds(1),
        Clock = TimeProvider.System,
    };

    /// <summary>Opens a store. Without epochs it takes the partitions itself.</summary>
    public static Task<PostgresStore> OpenAsync(string address, int? partitions = 8, IPartitionOwnership? ownership = null) =>
        PostgresStore.OpenAsync(Options(address, partitions) with { Ownership = ownership }, TestContext.Current.CancellationToken);

    /// <summary>Opens a store whose partitions are held under epoch 1 however often it is opened.</summary>
    public static async Task<PostgresStore> OpenUnderFirstEpochAsync(string address, int partitions)
    {
        var store = await OpenAsync(address, partitions);
        if (store.Ownership.Owned[0].Epoch == FirstEpoch)
            return store;
        await store.DisposeAsync();
        await PostgresFixture.QueryAsync(address, "UPDATE leadgrains.partitions SET epoch = 1");
        return await OpenAsync(address, partitions, new FixedOwnership(partitions, FirstEpoch));
    }

    private const long FirstEpoch = 1;
}

/// <summary>All partitions under one epoch, as somebody else has given it out.</summary>
internal sealed class FixedOwnership(int partitions, long epoch) : IPartitionOwnership
{
    public IReadOnlyList<OwnedPartition> Owned { get; } = [.. Enumerable.Range(0, partitions).Select(partition => new OwnedPartition(partition, epoch))];
}
