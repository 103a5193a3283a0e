using LeadGrains.Gateway.Access;
using LeadGrains.Testing;

namespace LeadGrains.Gateway.Tests.Access;

public sealed class KeyBookTests : IAsyncDisposable
{
    private static readonly NewKey Plain = new() { Workspace = "acme", Name = "tests", Scopes = KeyScopes.Read };
    private static readonly string Secret = new('s', KeyText.SecretLetters);

    private readonly ManualClock _clock = new();
    private readonly InMemoryRegistry _registry = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private KeyBook Book => new(_registry, _clock);

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Fact]
    public async Task Create_WhenDone_KeepsNothingOfTheSecret()
    {
        Assert.False(await Book.HasAnyAsync(Cancel));
        Assert.Equal($"lgk_a_{Secret}", await CreateAsync("a", Plain));
        Assert.True(await Book.HasAnyAsync(Cancel));
        var stored = Assert.Single(await _registry.ReadAsync("keys", 0, 10, Cancel)).Body!.Value;
        Assert.Equal(-1, stored.Span.IndexOf("ssss"u8));
    }

    [Fact]
    public async Task Create_WhenTheIdIsTaken_IsRefused()
    {
        await CreateAsync("a", Plain);
        await Assert.ThrowsAsync<InvalidOperationException>(() => CreateAsync("a", Plain));
    }

    [Fact]
    public async Task List_WhenThereAreKeys_SaysAllThatIsKnownOfThem()
    {
        await CreateAsync("a", Plain with { Lifetime = TimeSpan.FromDays(90), QueriesPerSecond = 7 });
        _clock.Advance(TimeSpan.FromMinutes(1));
        await CreateAsync("b", Plain with { Scopes = KeyScopes.Ingest, Origins = ["https://a.example"], SignalsPerSecond = 9 });
        var keys = await Book.ListAsync(Cancel);
        Assert.Equal(["a", "b"], keys.Select(key => key.Id));
        Assert.Equal(("acme", "tests", KeyScopes.Read, 7U), (keys[0].Workspace, keys[0].Name, keys[0].Scopes, keys[0].QueriesPerSecond));
        Assert.Equal(keys[0].CreatedAt + TimeSpan.FromDays(90), keys[0].ExpiresAt);
        Assert.Equal((null, null, null), (keys[1].ExpiresAt, keys[1].RevokedAt, keys[1].LastUsedAt));
        Assert.Equal((KeyScopes.Ingest, 9U, "https://a.example"), (keys[1].Scopes, keys[1].SignalsPerSecond, keys[1].Origins.Single()));
    }

    [Fact]
    public async Task List_WhenOneCannotBeRead_NamesItAndListsTheRest()
    {
        await CreateAsync("a", Plain);
        await _registry.WriteAsync("keys", "torn", new byte[] { 0xFF, 0xFF, 0xFF }, expectedRevision: 0, Cancel);
        await _registry.WriteAsync("keys", "empty", Array.Empty<byte>(), expectedRevision: 0, Cancel);
        await _registry.WriteAsync("key-use", "a", new byte[] { 0xFF }, expectedRevision: 0, Cancel);

        var keys = await Book.ListAsync(Cancel);

        Assert.Equal([("a", true), ("empty", false), ("torn", false)], keys.Select(key => (key.Id, key.IsReadable)).Order());
        Assert.NotNull((await Book.RevokeAsync("torn", AuditTrailTests.Operator, Cancel))?.RevokedAt);
        Assert.Equal(["empty"], (await Book.ListAsync(Cancel)).Where(key => !key.IsReadable).Select(key => key.Id));
    }

    [Fact]
    public async Task Revoke_WhenDone_LeavesNoHashAndIsRecorded()
    {
        await CreateAsync("a", Plain);
        Assert.Null(await Book.RevokeAsync("b", AuditTrailTests.Operator, Cancel));
        Assert.Equal("a", (await Book.RevokeAsync("a", AuditTrailTests.Operator, Cancel))!.Id);
        Assert.NotNull(await Book.RevokeAsync("a", AuditTrailTests.Operator, Cancel));
        Assert.Equal(_clock.GetUtcNow(), Assert.Single(await Book.ListAsync(Cancel)).RevokedAt);
        var records = await new AuditTrail(_registry, _clock).ReadAsync("acme", ulong.MaxValue, 10, Cancel);
        Assert.Equal(["key.revoke a", "key.create a"], records.Select(record => $"{record.Action} {record.Target}"));
        Assert.Equal(0, Registry.V1.ApiKey.Parser.ParseFrom((await _registry.FindAsync("keys", "a", Cancel))!.Body!.Value.Span).SecretHash.Length);
    }

    [Fact]
    public async Task Create_WhenKeysWereRevokedLongAgo_RemovesThese()
    {
        await CreateAsync("a", Plain);
        await CreateAsync("b", Plain);
        await Book.RevokeAsync("a", AuditTrailTests.Operator, Cancel);
        _clock.Advance(TimeSpan.FromDays(400));
        await Book.RevokeAsync("b", AuditTrailTests.Operator, Cancel);
        await CreateAsync("c", Plain);
        Assert.Equal(["a", "b", "c"], (await Book.ListAsync(Cancel)).Select(key => key.Id));

        _clock.Advance(TimeSpan.FromSeconds(1));
        await CreateAsync("d", Plain);

        Assert.Equal(["b", "c", "d"], (await Book.ListAsync(Cancel)).Select(key => key.Id));
    }

    [Fact]
    public void Fault_WhenTheKeyIsNotRight_SaysWhy()
    {
        Assert.Null(Plain.Fault);
        Assert.Null((Plain with { Workspace = "a-9" }).Fault);
        foreach (var workspace in new[] { "", "Acme", "a_b", "a b", new string('a', 65) })
            Assert.Contains("workspace", (Plain with { Workspace = workspace }).Fault, StringComparison.Ordinal);
        Assert.Contains("name", (Plain with { Name = "" }).Fault, StringComparison.Ordinal);
        Assert.Contains("control", (Plain with { Name = "a\nb" }).Fault, StringComparison.Ordinal);
        Assert.Contains("scope", (Plain with { Scopes = KeyScopes.None }).Fault, StringComparison.Ordinal);
        Assert.Contains("page", (Plain with { Origins = ["https://a.example"] }).Fault, StringComparison.Ordinal);
    }

    private Task<string> CreateAsync(string id, NewKey key) => Book.CreateAsync(key, id, Secret, AuditTrailTests.Operator, Cancel);
}
