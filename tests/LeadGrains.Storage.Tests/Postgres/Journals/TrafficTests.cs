using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres;
using LeadGrains.Storage.Tests.Support;
using Npgsql;

namespace LeadGrains.Storage.Tests.Postgres.Journals;

/// <summary>The server sends what is read, and not much more.</summary>
public sealed class TrafficTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int BlockCount = 60;
    private const int EntriesABlock = 1_000;
    private const int BlockBytes = 300_000;

    private Relay _relay = null!;
    private PostgresStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var address = await postgres.NewDatabaseAsync();
        _relay = new Relay(postgres.Server.Port);
        _store = await PostgresStore.OpenAsync(
            PostgresStores.Options(new NpgsqlConnectionStringBuilder(address) { Port = _relay.Port }.ConnectionString, 4) with { Lease = TimeSpan.FromMinutes(10) }, Token);
        for (var block = 0; block < BlockCount; block++)
            await _store.Journal.AppendAsync(Blocks.Of(0, 1 + (block * EntriesABlock), EntriesABlock, BlockBytes / EntriesABlock));
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        if (_relay is not null)
            await _relay.DisposeAsync();
    }

    [Fact]
    public void Read_WhenBlocksAreLarge_SendsEachOnce()
    {
        var before = _relay.Answered;
        var bytes = _store.Journal.Read([new JournalPosition(0, 0)], Token).Sum(block => (long)block.Entries.Length);
        Assert.True(bytes >= (long)BlockCount * BlockBytes);
        Assert.InRange(_relay.Answered - before, bytes, bytes + (bytes / 10));
    }

    [Fact]
    public void Read_WhenOneBlockIsWanted_SendsOne()
    {
        var before = _relay.Answered;
        var block = _store.Journal.Read([new JournalPosition(0, 4_500)], Token).First();
        Assert.Equal(4_001, block.FirstSequence);
        Assert.InRange(_relay.Answered - before, block.Entries.Length, block.Entries.Length * 3 / 2);
    }

    [Fact]
    public void ReadEntry_WhenEntriesCameTogether_SendsTheirBlockOnce()
    {
        var before = _relay.Answered;
        for (var sequence = 6_000; sequence > 5_000; sequence--)
            Assert.Equal(Blocks.EntryBytes(0, sequence, BlockBytes / EntriesABlock).ToArray(), _store.Journal.ReadEntry(0, sequence)!.Value.ToArray());
        Assert.InRange(_relay.Answered - before, BlockBytes, BlockBytes * 3 / 2);
    }
}
