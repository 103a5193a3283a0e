using Grpc.Core;
using LeadGrains.Gateway.Access;
using LeadGrains.Testing;
using Microsoft.AspNetCore.Http;

namespace LeadGrains.Gateway.Tests.Access;

public sealed class AccessDoorTests : IDisposable
{
    private static readonly NewKey Plain = new() { Workspace = "acme", Name = "tests", Scopes = KeyScopes.Read };

    private readonly ManualClock _clock = new();
    private readonly InMemoryRegistry _registry = new();
    private readonly KeyBook _book;
    private readonly KeyRing _ring;
    private readonly AccessDoor _door;
    private int _keys;

    public AccessDoorTests()
    {
        _book = new KeyBook(_registry, _clock);
        _ring = new KeyRing(_registry, _clock);
        _door = new AccessDoor(_ring, _clock);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _ring.Dispose();

    [Fact]
    public void Admit_BeforeTheKeysAreRead_IsUnavailable() => Refused(StatusCode.Unavailable, "", KeyScopes.None);

    [Fact]
    public async Task Admit_WhenThereWasNeverAKey_LetsEveryoneInAsLocal()
    {
        await _ring.RefreshAsync(Cancel);
        var caller = Admit("nonsense", KeyScopes.Admin);
        Assert.Equal(("default", "local", ""), (caller.Workspace, caller.Name, caller.KeyId));
        await CreateAsync(Plain);
        Refused(StatusCode.Unauthenticated, "nonsense", KeyScopes.None);
        Assert.True(caller.Ended.IsCancellationRequested);
    }

    [Fact]
    public async Task Admit_WhenTheKeyIsInForce_SaysWhoCalls()
    {
        var key = await CreateAsync(Plain);
        var caller = Admit(key, KeyScopes.Read);
        Assert.Equal(("acme", "tests", KeyScopes.Read, "key000000001"), (caller.Workspace, caller.Name, caller.Scopes, caller.KeyId));
        Assert.Same(caller, Admit(key, KeyScopes.None));
        Assert.Same(caller, _door.Admit(new DefaultHttpContext(), KeyScopes.Read, key + ":"));
    }

    [Fact]
    public async Task Admit_WhenTheKeyIsNotInForce_SaysTheSameOfEachKind()
    {
        var (revoked, expired, live) = (await CreateAsync(Plain), await CreateAsync(Plain with { Lifetime = TimeSpan.FromHours(1) }), await CreateAsync(Plain));
        var open = Admit(expired, KeyScopes.Read).Ended;
        await _book.RevokeAsync("key000000001", AuditTrailTests.Operator, Cancel);
        await _ring.RefreshAsync(Cancel);
        _clock.Advance(TimeSpan.FromHours(1));
        string[] others =
        [
            revoked, expired, "", "lgk_", "lgk_key000000003", "lgk_key000000003_", live[..^1], live + "x", "x" + live, live.ToUpperInvariant(),
            KeyText.Write("key000000009", new string('s', 43)), new string('a', 10_000), "lgk_\ud800_\udfff",
        ];
        var texts = others.Select(other => Refused(StatusCode.Unauthenticated, other, KeyScopes.None)).Append(Refused(StatusCode.Unauthenticated, null, KeyScopes.None));
        Assert.Single(texts.Distinct(StringComparer.Ordinal));
        Assert.NotNull(Admit(live, KeyScopes.Read));
        Assert.False(open.IsCancellationRequested);
        await _ring.RefreshAsync(Cancel);
        Assert.True(open.IsCancellationRequested);
    }

    [Fact]
    public async Task Admit_WhenTheScopeIsMissing_NamesIt()
    {
        var key = await CreateAsync(Plain with { Scopes = KeyScopes.Ingest | KeyScopes.Read });
        Admit(key, KeyScopes.Ingest | KeyScopes.Read);
        Assert.Contains("scope model", Refused(StatusCode.PermissionDenied, key, KeyScopes.Model | KeyScopes.Read), StringComparison.Ordinal);
        Refused(StatusCode.PermissionDenied, key, KeyScopes.Admin);
    }

    [Fact]
    public async Task Admit_WhenTheKeyIsForPages_TakesItFromTheirOriginsAlone()
    {
        var key = await CreateAsync(Plain with { Scopes = KeyScopes.Ingest, Origins = ["https://app.example.com"] });
        Assert.NotNull(Admit(key, KeyScopes.Ingest, "https://APP.example.com"));
        foreach (var origin in new[] { null, "", "null", "https://example.com", "https://app.example.com.evil.org" })
            Refused(StatusCode.PermissionDenied, key, KeyScopes.Ingest, origin);
        Assert.True(_door.AllowsOrigin("https://app.example.com"));
        Assert.False(_door.AllowsOrigin("https://example.com"));
        await _book.RevokeAsync("key000000001", AuditTrailTests.Operator, Cancel);
        await _ring.RefreshAsync(Cancel);
        Assert.False(_door.AllowsOrigin("https://app.example.com"));
    }

    [Fact]
    public async Task Admit_WhenTheKeyHasHadItsQueries_SaysWhenToTryAgain()
    {
        var (key, other) = (await CreateAsync(Plain with { QueriesPerSecond = 2 }), await CreateAsync(Plain with { QueriesPerSecond = 2 }));
        for (var i = 0; i < 4; i++)
            Admit(key, KeyScopes.Read);
        Refused(StatusCode.ResourceExhausted, key, KeyScopes.Read);
        Assert.NotNull(Admit(other, KeyScopes.Read));
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.NotNull(Admit(key, KeyScopes.Read));
    }

    [Fact]
    public async Task Admit_WhenTheKeyHasHadItsSignals_SaysWhenToTryAgain()
    {
        var key = await CreateAsync(Plain with { Scopes = KeyScopes.Ingest | KeyScopes.Read, SignalsPerSecond = 10, QueriesPerSecond = 0 });
        Admit(key, KeyScopes.Ingest).Allowance!.CountSignals(40);
        Refused(StatusCode.ResourceExhausted, key, KeyScopes.Ingest);
        Assert.NotNull(Admit(key, KeyScopes.Read));
        _clock.Advance(TimeSpan.FromSeconds(2.1));
        Assert.NotNull(Admit(key, KeyScopes.Ingest));
    }

    [Fact]
    public async Task Refresh_WhenTheRegistryIsAway_KeepsTheKeysKnownLast()
    {
        var key = await CreateAsync(Plain);
        _registry.Failure = new IOException("away");
        await Assert.ThrowsAsync<IOException>(() => _ring.RefreshAsync(Cancel));
        Assert.NotNull(Admit(key, KeyScopes.Read));
        _registry.Failure = null;
        await _book.RevokeAsync("key000000001", AuditTrailTests.Operator, Cancel);
        await _ring.RefreshAsync(Cancel);
        Refused(StatusCode.Unauthenticated, key, KeyScopes.Read);
    }

    [Fact]
    public async Task Refresh_WhenADocumentIsNoKey_LetsNobodyInByItAndFollowsTheOthers()
    {
        var (broken, live) = (await CreateAsync(Plain), await CreateAsync(Plain));
        await _registry.WriteAsync(KeyRecords.Keys, "key000000001", new byte[] { 0xFF, 0xFF }, expectedRevision: null, Cancel);
        await _registry.WriteAsync(KeyRecords.Keys, "stranger", new byte[] { 0xFF }, expectedRevision: 0, Cancel);
        var later = await CreateAsync(Plain);
        Refused(StatusCode.Unauthenticated, broken, KeyScopes.None);
        Assert.NotNull(Admit(live, KeyScopes.Read));
        Assert.NotNull(Admit(later, KeyScopes.Read));
    }

    [Fact]
    public async Task Refresh_WhenTheLastKeyIsRevoked_DoesNotOpenUp()
    {
        await CreateAsync(Plain);
        await _book.RevokeAsync("key000000001", AuditTrailTests.Operator, Cancel);
        using var another = new KeyRing(_registry, _clock);
        await another.RefreshAsync(Cancel);
        Assert.True(another.AreNeeded);
        Assert.True(await _book.HasAnyAsync(Cancel));
    }

    [Fact]
    public async Task WriteUses_WhenAKeyIsUsedOften_WritesOnceAMinute()
    {
        var key = await CreateAsync(Plain);
        await _ring.WriteUsesAsync(Cancel);
        Assert.Null(Assert.Single(await _book.ListAsync(Cancel)).LastUsedAt);
        for (var second = 0; second < 130; second++)
        {
            Admit(key, KeyScopes.Read);
            await _ring.WriteUsesAsync(Cancel);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(_clock.GetUtcNow() - TimeSpan.FromSeconds(10), Assert.Single(await _book.ListAsync(Cancel)).LastUsedAt);
        var use = Assert.Single(await _registry.ReadAsync(KeyRecords.Uses, 0, 10, Cancel));
        Assert.Equal(3, use.Revision - 3); // The key, its record and the record's ends come before.
    }

    [Fact]
    public async Task Admit_WhenCalledOften_AllocatesNothing()
    {
        var key = await CreateAsync(Plain with { QueriesPerSecond = 1_000_000 });
        var http = Http(key, null);
        _door.Admit(http, KeyScopes.Read);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            _door.Admit(http, KeyScopes.Read);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private async Task<string> CreateAsync(NewKey key)
    {
        var text = await _book.CreateAsync(key, $"key{++_keys:000000000}", new string('s', KeyText.SecretLetters), AuditTrailTests.Operator, Cancel);
        await _ring.RefreshAsync(Cancel);
        return text;
    }

    private Caller Admit(string key, KeyScopes needed, string? origin = null) => _door.Admit(Http(key, origin), needed);

    private string Refused(StatusCode code, string? key, KeyScopes needed, string? origin = null)
    {
        var refused = Assert.Throws<RpcException>(() => _door.Admit(Http(key, origin), needed));
        Assert.Equal(code, refused.StatusCode);
        Assert.Equal(code is StatusCode.ResourceExhausted or StatusCode.Unavailable, refused.Trailers.Any(one => one.Key == "grpc-retry-pushback-ms"));
        return refused.Status.Detail;
    }

    private static DefaultHttpContext Http(string? key, string? origin)
    {
        var http = new DefaultHttpContext();
        if (key is not null)
            http.Request.Headers.Authorization = $"Bearer {key}";
        if (origin is not null)
            http.Request.Headers.Origin = origin;
        return http;
    }
}
