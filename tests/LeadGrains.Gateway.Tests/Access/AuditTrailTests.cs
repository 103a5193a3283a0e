using LeadGrains.Gateway.Access;
using LeadGrains.Testing;

namespace LeadGrains.Gateway.Tests.Access;

public sealed class AuditTrailTests : IAsyncDisposable
{
    public static Caller Operator { get; } = new("default", "operator", KeyScopes.None);

    private readonly ManualClock _clock = new();
    private readonly InMemoryRegistry _registry = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Fact]
    public async Task Record_WhenRead_SaysWhoDidWhatNewestFirst()
    {
        var trail = new AuditTrail(_registry, _clock);
        await trail.RecordAsync(new Caller("acme", "ann's key", KeyScopes.Admin, "id"), "webhook.create", "w1", Cancel);
        _clock.Advance(TimeSpan.FromHours(1));
        await trail.RecordAsync(Operator with { Workspace = "acme" }, "key.create", "k1", Cancel);
        await trail.RecordAsync(Operator, "key.create", "k2", Cancel);
        var read = await trail.ReadAsync("acme", ulong.MaxValue, 10, Cancel);
        Assert.Equal(["key.create k1 operator ", "webhook.create w1 ann's key id"], read.Select(one => $"{one.Action} {one.Target} {one.KeyName} {one.KeyId}"));
        Assert.Equal(_clock.GetUtcNow(), read[0].At.ToDateTimeOffset());
        Assert.Equal("k2", Assert.Single(await trail.ReadAsync("default", ulong.MaxValue, 10, Cancel)).Target);
        Assert.Empty(await trail.ReadAsync("acme", read[1].Number, 10, Cancel));
        Assert.Equal("k1", Assert.Single(await trail.ReadAsync("acme", ulong.MaxValue, 1, Cancel)).Target);
    }

    [Fact]
    public async Task Record_WhenSeveralWrite_GivesEachItsNumber()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            var trail = new AuditTrail(_registry, _clock);
            for (var i = 0; i < 25; i++)
                await trail.RecordAsync(Operator, "key.create", $"{writer}-{i}", Cancel);
        })));
        var read = await new AuditTrail(_registry, _clock).ReadAsync("default", ulong.MaxValue, 1_000, Cancel);
        Assert.Equal(Enumerable.Range(0, 100).Reverse().Select(number => (ulong)number), read.Select(one => one.Number));
    }

    [Fact]
    public async Task Record_WhenOthersAreTooOld_RemovesThem()
    {
        var trail = new AuditTrail(_registry, _clock);
        for (var i = 0; i < 20; i++)
            await trail.RecordAsync(Operator, "key.create", $"{i}", Cancel);
        _clock.Advance(TimeSpan.FromDays(401));
        Assert.Empty(await trail.ReadAsync("default", ulong.MaxValue, 100, Cancel));
        for (var i = 0; i < 3; i++)
            await trail.RecordAsync(Operator, "key.create", $"new {i}", Cancel);
        Assert.Equal(["new 2", "new 1", "new 0"], (await trail.ReadAsync("default", ulong.MaxValue, 100, Cancel)).Select(one => one.Target));
        Assert.Equal(3, (await _registry.ReadAsync("audit", 0, 100, Cancel)).Count(one => one.Body is not null));
    }

    [Fact]
    public async Task Record_WhenTheTextsAreLong_CutsThem()
    {
        var trail = new AuditTrail(_registry, _clock);
        await trail.RecordAsync(Operator, new string('a', 100), new string('b', 1_000), Cancel);
        var read = Assert.Single(await trail.ReadAsync("default", ulong.MaxValue, 1, Cancel));
        Assert.Equal((64, 256), (read.Action.Length, read.Target.Length));
    }
}
