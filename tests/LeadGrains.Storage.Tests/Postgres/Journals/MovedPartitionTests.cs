using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Postgres.Journals;

/// <summary>Partitions that two processes write in turn.</summary>
public sealed class MovedPartitionTests(PostgresFixture postgres)
{
    private const int Partitions = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refresh_WhenAnotherHasWritten_GoesOnAfterItsEntries()
    {
        var address = await NewStoreAsync();
        await using var first = await OpenAsync(address);
        await using var second = await OpenAsync(address);
        await first.Journal.AppendAsync(Blocks.Of(1, 1, count: 3));
        await first.Journal.AppendAsync(Blocks.Of(2, 1, count: 2));
        Assert.Equal((0L, 0L), (second.Journal.LastSequence(1), second.Journal.EntryCount));

        await second.Journal.RefreshAsync([1], Token);
        Assert.Equal((3L, 0L, 3L), (second.Journal.LastSequence(1), second.Journal.LastSequence(2), second.Journal.EntryCount));
        Assert.Equal(3, second.Journal.Read([new JournalPosition(1, 0)], Token).Sum(block => block.Count));

        await second.Journal.AppendAsync(Blocks.Of(1, 4, count: 5));
        await first.Journal.RefreshAsync([1], Token);
        await first.Journal.AppendAsync(Blocks.Of(1, 9));
        await second.Journal.RefreshAsync([1, 2], Token);
        Assert.Equal((9L, 11L), (second.Journal.LastSequence(1), second.Journal.EntryCount));
        Assert.Equal(11L, first.Journal.EntryCount);
    }

    [Fact]
    public async Task Append_WhenNotRefreshed_IsRefused()
    {
        var address = await NewStoreAsync();
        await using var first = await OpenAsync(address);
        await using var second = await OpenAsync(address);
        await first.Journal.AppendAsync(Blocks.Of(1, 1, count: 3));

        await Assert.ThrowsAnyAsync<Exception>(() => second.Journal.AppendAsync(Blocks.Of(1, 1)));
        Assert.Equal(3L, await PostgresFixture.QueryAsync(address, "SELECT sum(entry_count) FROM leadgrains.journal"));
    }

    private static Task<PostgresStore> OpenAsync(string address) => PostgresStores.OpenAsync(address, Partitions, new FixedOwnership(Partitions, epoch: 1));

    private async Task<string> NewStoreAsync()
    {
        var address = await postgres.NewDatabaseAsync();
        await (await PostgresStores.OpenUnderFirstEpochAsync(address, Partitions)).DisposeAsync();
        return address;
    }
}
