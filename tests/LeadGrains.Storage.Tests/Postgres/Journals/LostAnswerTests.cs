using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using LeadGrains.Storage.Postgres;
using LeadGrains.Storage.Tests.Support;
using Npgsql;

namespace LeadGrains.Storage.Tests.Postgres.Journals;

/// <summary>Where a fault leaves open whether something was committed, it is looked up: nothing is lost, nothing is there twice.</summary>
public sealed class LostAnswerTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string _address = "";
    private Relay _relay = null!;
    private PostgresStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _address = await postgres.NewDatabaseAsync();
        _relay = new Relay(postgres.Server.Port);
        var through = new NpgsqlConnectionStringBuilder(_address) { Port = _relay.Port };
        _store = await PostgresStore.OpenAsync(
            PostgresStores.Options(through.ConnectionString, 4) with { Lease = TimeSpan.FromMinutes(10) }, Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        if (_relay is not null)
            await _relay.DisposeAsync();
    }

    [Fact]
    public async Task Append_WhenTheAnswerIsLost_IsFoundAndNotRepeated()
    {
        for (var sequence = 1; sequence <= 5; sequence++)
        {
            _relay.LoseNextAnswer();
            await _store.Journal.AppendAsync(Blocks.Of(0, sequence), Blocks.Of(2, sequence));
        }

        Assert.Equal(5, _relay.Lost);
        await AssertEachOnceAsync(5);
    }

    [Fact]
    public async Task Append_WhenItsSessionIsEndedBeforeTheCommit_IsRepeated()
    {
        await AppendBehindALockAsync(blocker => RunAsync(
            blocker, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"));
        await AssertEachOnceAsync(1);
    }

    // The connection is cut while the session goes on in the server: the second attempt meets the first.
    [Fact]
    public async Task Append_WhenTheFirstSessionOutlivesItsConnection_IsThereOnce()
    {
        await AppendBehindALockAsync(async _ =>
        {
            _relay.CutAll();
            await UntilAsync("SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
        });
        await AssertEachOnceAsync(1);
    }

    [Fact]
    public async Task Rows_WhenAnAnswerIsLost_AreWritten()
    {
        _relay.LoseNextAnswer();
        await _store.Grains.Active.WriteAsync(Rows.Of("ann", 4, seen: [Rows.Chunk(0, 5)]));
        _relay.LoseNextAnswer();
        var read = (await _store.Grains.Active.ReadAsync(Rows.Of("ann", 4).Key))!;
        Assert.Single(read.Seen);
        Assert.Equal(2, _relay.Lost);
    }

    [Fact]
    public async Task Activate_WhenTheAnswerIsLost_HasHappenedOnce()
    {
        var next = await _store.Grains.BeginGenerationAsync(Token);
        var model = new StoredModel(1, new byte[] { 9 }, "name: first", "me", new Instant(5), "");
        _relay.LoseNextAnswer();
        await _store.Grains.ActivateAsync(
            new ModelActivation { Active = new ActiveModel(1, [1, 2, 3, 4]), Added = model, Generation = next }, Token);
        Assert.Same(next, _store.Grains.Active);
        Assert.Equal(1, _relay.Lost);
        Assert.Single(await _store.Grains.ReadModelsAsync(Token));
    }

    // Something happens while the append waits for a lock in the server; then the lock goes, and the append ends.
    private async Task AppendBehindALockAsync(Func<NpgsqlConnection, Task> meanwhile)
    {
        await using var blocker = new NpgsqlConnection(_address + ";Pooling=false");
        await blocker.OpenAsync(Token);
        var transaction = await blocker.BeginTransactionAsync(Token);
        await RunAsync(blocker, "SELECT 1 FROM leadgrains.partitions FOR UPDATE");
        var append = _store.Journal.AppendAsync(Blocks.Of(0, 1), Blocks.Of(2, 1));
        await UntilAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
        await meanwhile(blocker);
        await transaction.CommitAsync(Token);
        await append;
    }

    private async Task AssertEachOnceAsync(int appends)
    {
        await _store.DisposeAsync();
        await using var again = await PostgresStores.OpenAsync(_address, 4);
        Assert.Equal(appends * 2, again.Journal.EntryCount);
        JournalCalls.AssertSame(
            Enumerable.Range(1, appends).SelectMany(sequence => new[] { Blocks.Of(0, sequence), Blocks.Of(2, sequence) }), again.Journal.ReadAll());
    }

    private async Task UntilAsync(string count)
    {
        while ((long)(await PostgresFixture.QueryAsync(_address, count))! == 0)
            await Task.Delay(20, Token);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }
}
