using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Embedded.Sqlite;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Embedded.Sqlite;

/// <summary>A generation goes little by little: however large it is, nobody waits for all of it.</summary>
public sealed class GenerationDropTests : IAsyncDisposable
{
    private const int Partitions = 4;
    private const int Many = 12_000;

    private static readonly StoreOpening Opening = new(new StoreIdentity(new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), Partitions));
    private readonly TestFolder _folder = new();
    private SqliteGrainStore _store;

    public GenerationDropTests() => _store = SqliteGrainStore.Open(DatabasePath, Opening);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string DatabasePath => _folder.In("grains.db");

    [Fact]
    public async Task Drop_WhenOthersWriteMeanwhile_LetsThemComeBetween()
    {
        var large = await FilledAsync();
        var dropping = _store.DropAsync(large, Token);
        var written = 0;
        while (!dropping.IsCompleted)
            await _store.Active.WriteAsync(Rows.Of($"meanwhile{written++}", Partitions));
        await dropping;
        Assert.InRange(written, 2 * Many / 2_000, int.MaxValue);
        Assert.Equal("1", Generations());
        Assert.NotNull(await _store.Active.ReadAsync(Rows.Of("meanwhile0", Partitions).Key));
    }

    [Fact]
    public async Task Drop_WhenItIsGivenUp_EndsSoonAndIsFinishedByALaterProcess()
    {
        var large = await FilledAsync();
        using var stop = new CancellationTokenSource();
        var dropping = _store.DropAsync(large, stop.Token);
        await _store.Active.WriteAsync(Rows.Of("a", Partitions));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dropping);
        Assert.Equal("1;2", Generations());

        await ReopenAsync();
        Assert.Equal("1;2", Generations());
        var begun = (SqliteGeneration)await _store.BeginGenerationAsync(Token);
        Assert.Equal(3, begun.Number);
        await begun.WriteAsync(Rows.Of("b", Partitions));
        await _store.DropAbandonedAsync(Token);
        Assert.Equal("1;3", Generations());
        Assert.NotNull(await begun.ReadAsync(Rows.Of("b", Partitions).Key));
        Assert.NotNull(await _store.Active.ReadAsync(Rows.Of("a", Partitions).Key));
    }

    // A step that walked all rows of a partition would take longer the more there are.
    [Fact]
    public void DeleteFirst_WhenRowsAreSought_LooksUpTheKey()
    {
        using var file = SqliteFile.OpenReader(DatabasePath);
        var plan = file.Prepare("EXPLAIN QUERY PLAN " + GenerationTables.DeleteFirst("grains_1", "grain"));
        Assert.True(plan.Step());
        Assert.Contains("USING INTEGER PRIMARY KEY (rowid<?)", plan.Text(3), StringComparison.Ordinal);
        file.Release(plan);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<IGrainGeneration> FilledAsync()
    {
        var filled = await _store.BeginGenerationAsync(Token);
        await filled.WriteAsync([.. Enumerable.Range(0, Many).Select(number => Rows.Of($"c{number}", Partitions, seen: [Rows.Chunk(0, 8)]))]);
        return filled;
    }

    private async Task ReopenAsync()
    {
        await _store.DisposeAsync();
        _store = SqliteGrainStore.Open(DatabasePath, Opening);
    }

    // The numbers of those that have tables.
    private string Generations()
    {
        using var file = SqliteFile.OpenReader(DatabasePath);
        return string.Join(';', GenerationTables.Numbers(file));
    }
}
