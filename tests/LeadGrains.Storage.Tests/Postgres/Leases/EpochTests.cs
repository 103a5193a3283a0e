using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using LeadGrains.Storage.Postgres;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Postgres.Leases;

/// <summary>An owner whose partitions another one has taken changes nothing any more, whatever it writes.</summary>
public sealed class EpochTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int Partitions = 8;
    private const int Taken = 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string _address = "";
    private PostgresStore _old = null!;
    private PostgresStore _new = null!;

    public async ValueTask InitializeAsync()
    {
        _address = await postgres.NewDatabaseAsync();
        await (await PostgresStores.OpenAsync(_address, Partitions)).DisposeAsync();
        _old = await PostgresStores.OpenAsync(_address, Partitions, new FixedOwnership(Partitions, 1));
        await _old.Journal.AppendAsync(Blocks.Of(Taken, 1));
        await _old.Grains.Active.WriteAsync(RowOf(Taken, version: 1));
        await _old.Grains.Active.SaveCheckpointAsync(Taken, 1, 1, Token);
        await PostgresFixture.QueryAsync(_address, $"UPDATE leadgrains.partitions SET epoch = 2, owner = 'another' WHERE partition = {Taken}");
        _new = await PostgresStores.OpenAsync(_address, Partitions, new FixedOwnership(Partitions, 2));
    }

    public async ValueTask DisposeAsync()
    {
        if (_old is not null)
            await _old.DisposeAsync();
        if (_new is not null)
            await _new.DisposeAsync();
    }

    [Fact]
    public async Task Append_WhenOneOfItsPartitionsWasTaken_WritesNothing()
    {
        var refused = await Assert.ThrowsAsync<StaleEpochException>(() => _old.Journal.AppendAsync(Blocks.Of(0, 1), Blocks.Of(Taken, 2)));
        Assert.Equal("Partition 3 is owned under epoch 2 by another, and this was to be written under epoch 1.", refused.Message);
        Assert.Equal([$"{Taken}:1"], _new.Journal.ReadAll().Select(block => $"{block.Partition}:{block.FirstSequence}"));
        Assert.Equal(1L, await QueryAsync("SELECT sum(last_sequence)::bigint FROM leadgrains.partitions"));

        // The journal has stopped: nothing that comes after is written either.
        await Assert.ThrowsAsync<StaleEpochException>(() => _old.Journal.AppendAsync(Blocks.Of(1, 1)));
    }

    [Fact]
    public async Task Append_WhenOnlyOthersWereTaken_GoesOn()
    {
        await _old.Journal.AppendAsync(Blocks.Of(0, 1));
        await _new.Journal.AppendAsync(Blocks.Of(Taken, 2) with { Epoch = 2 });
        Assert.Equal("0:1;3:1;3:2", await QueryAsync("SELECT string_agg(partition || ':' || last_sequence, ';' ORDER BY partition, last_sequence) FROM leadgrains.journal"));
    }

    [Fact]
    public async Task WriteRows_WhenThePartitionWasTaken_WritesNothing()
    {
        var row = RowOf(Taken, version: 9, seen: [Rows.Chunk(0, 3)]);
        await Assert.ThrowsAsync<StaleEpochException>(() => _old.Grains.Active.WriteAsync(row));
        var read = (await _new.Grains.Active.ReadAsync(row.Key))!;
        Assert.Equal((1, 0), (read.Version, read.Seen.Count));
    }

    [Fact]
    public async Task RefreshSummaries_WhenThePartitionWasTaken_WritesNothing()
    {
        var row = new SummaryRow(RowOf(Taken, version: 1).Key, Taken, new GrainSummary("changed", "", 1, 2, 3, "", "", new Instant(99)));
        await Assert.ThrowsAsync<StaleEpochException>(() => _old.Grains.Active.RefreshSummariesAsync(Taken, 1, [row], Token));
        Assert.Equal(11.0, await QueryAsync("SELECT fit FROM leadgrains.contacts"));
    }

    [Fact]
    public async Task SaveCheckpoint_WhenThePartitionWasTaken_WritesNothing()
    {
        await Assert.ThrowsAsync<StaleEpochException>(() => _old.Grains.Active.SaveCheckpointAsync(Taken, 1, 2, Token));
        Assert.Equal(1, (await _new.Grains.Active.ReadCheckpointsAsync(Token))[Taken]);
    }

    [Fact]
    public async Task BeginGeneration_WhenAPartitionWasTaken_MakesNone()
    {
        await Assert.ThrowsAsync<StaleEpochException>(() => _old.Grains.BeginGenerationAsync(Token));
        Assert.Equal(1L, await QueryAsync("SELECT count(*) FROM leadgrains.generations"));
    }

    [Fact]
    public async Task Activate_WhenAPartitionWasTaken_ChangesNothing()
    {
        var model = new StoredModel(1, new byte[] { 9 }, "name: first", "me", new Instant(5), "");
        var activation = new ModelActivation { Active = new ActiveModel(1, new long[Partitions]), Added = model };
        await Assert.ThrowsAsync<StaleEpochException>(() => _old.Grains.ActivateAsync(activation, Token));
        Assert.Empty(await _new.Grains.ReadModelsAsync(Token));
        Assert.Null(await _new.Grains.ReadActiveModelAsync(Token));
    }

    [Fact]
    public async Task Drop_WhenAPartitionWasTaken_DropsNothing()
    {
        await QueryAsync("UPDATE leadgrains.partitions SET epoch = 1");
        var begun = await _old.Grains.BeginGenerationAsync(Token);
        await QueryAsync("UPDATE leadgrains.partitions SET epoch = 2");
        await Assert.ThrowsAsync<StaleEpochException>(() => _old.Grains.DropAsync(begun, Token));
        Assert.Equal(new long[Partitions], await begun.ReadCheckpointsAsync(Token));
        Assert.Null(await begun.ReadAsync(RowOf(Taken, 1).Key));
    }

    [Fact]
    public async Task Take_WhileAWriteIsUnderWay_WaitsForItsEnd()
    {
        await using var writer = new Npgsql.NpgsqlConnection(_address + ";Pooling=false");
        await writer.OpenAsync(Token);
        var transaction = await writer.BeginTransactionAsync(Token);
        await using (var hold = new Npgsql.NpgsqlCommand("SELECT leadgrains.hold('{0}', '{1}')", writer))
            await hold.ExecuteNonQueryAsync(Token);

        // Appends go on beside it; a new owner does not.
        await _old.Journal.AppendAsync(Blocks.Of(0, 1));
        var taking = PostgresStores.OpenAsync(_address, Partitions);
        await Task.Delay(TimeSpan.FromMilliseconds(300), Token);
        Assert.False(taking.IsCompleted);
        await transaction.CommitAsync(Token);
        await using var taken = await taking;
        await Assert.ThrowsAsync<StaleEpochException>(() => _old.Journal.AppendAsync(Blocks.Of(0, 2)));
    }

    private static GrainRow RowOf(int partition, long version, SeenChunk[]? seen = null) => Enumerable.Range(0, 1_000)
        .Select(i => Rows.Of($"p{i}", Partitions, version, GrainKind.Contact, seen: seen))
        .First(row => row.Partition == partition);

    private Task<object?> QueryAsync(string sql) => PostgresFixture.QueryAsync(_address, sql);
}
