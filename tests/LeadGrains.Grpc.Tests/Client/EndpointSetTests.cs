using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Internal;

namespace LeadGrains.Grpc.Tests.Client;

/// <summary>When the addresses of a channel are asked for again.</summary>
public sealed class EndpointSetTests : IDisposable
{
    private static readonly TimeSpan Floor = TimeSpan.FromSeconds(15);

    private readonly Endpoint _a = new(new Uri("http://a.test"), authority: null);
    private readonly Endpoint _b = new(new Uri("http://b.test"), authority: null);
    private readonly Endpoint _c = new(new Uri("http://c.test"), authority: null);
    private readonly StoppedClock _clock = new();
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress("http://127.0.0.1:1");
    private int _asked;

    public EndpointSetTests() => _channel.Clock = _clock;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _channel.Dispose();

    [Fact(Timeout = TestServer.Patience)]
    public async Task Pick_WhenOnlyTheDeadAddressWasFoundAgain_AsksOnUntilAnotherIs()
    {
        var found = _a;
        var set = Of(() => Task.FromResult<IReadOnlyList<Endpoint>>([found]));
        set.LeaveOut(await set.PickAsync(waits: false, Token), new IOException());

        Pass();
        await IsUnavailable(set);
        Assert.Equal(2, _asked);
        await IsUnavailable(set);
        Assert.Equal(2, _asked);

        found = _b;
        Pass();
        Assert.Same(_b, await set.PickAsync(waits: false, Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Pick_WhenOneFailedWhileTheNameServiceWasAsked_AsksAgain()
    {
        var gate = Task.CompletedTask;
        var set = Of(async () =>
        {
            await gate;
            return [_a, _b, _c];
        });
        set.LeaveOut(await set.PickAsync(waits: false, Token), new IOException());
        Pass();
        var open = new TaskCompletionSource();
        gate = open.Task;

        Assert.Same(_b, await set.PickAsync(waits: false, Token));
        while (_asked < 2)
            await Task.Yield();
        set.LeaveOut(_b, new IOException());
        open.SetResult();

        // The answer is there once the clock was read for it; before, no time has passed since the first.
        for (Pass(); _asked < 3; Pass())
        {
            await set.PickAsync(waits: false, Token);
            await Task.Yield();
        }

        Assert.Same(_c, await set.PickAsync(waits: false, Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Pick_WhenTheNameServiceFails_AsksOnlySoOften()
    {
        var set = Of(() => _asked == 1 ? throw new IOException() : Task.FromResult<IReadOnlyList<Endpoint>>([_a]));

        await IsUnavailable(set);
        await IsUnavailable(set);
        Assert.Equal(1, _asked);

        Pass();
        Assert.Same(_a, await set.PickAsync(waits: false, Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Pick_WhenAFailedAddressIsBackAndFoundAgain_ComesToItAfterTheOthers()
    {
        // A channel whose handler is the caller's looks at nothing by itself, so an address is back after its pause.
        using var handler = new SocketsHttpHandler();
        using var channel = GrpcChannel.ForAddress("http://127.0.0.1:1", new GrpcChannelOptions { HttpHandler = handler });
        channel.Clock = new InstantClock();
        var set = Of(() => Task.FromResult<IReadOnlyList<Endpoint>>([_a, _b]), channel, lifetime: TimeSpan.Zero, takesTurns: true);
        var picks = 0;
        async Task<Endpoint> PickAsync()
        {
            await Task.Yield();
            picks++;
            return await set.PickAsync(waits: false, Token);
        }

        await PickAsync();
        set.LeaveOut(_a, new IOException());
        while (await PickAsync() != _a)
            await Task.Yield();

        // Each pick asks for the addresses unless they are being asked for, so the first of two more was answered.
        for (var before = _asked; _asked < before + 2;)
            await PickAsync();

        // Turns are taken through the addresses in their order.
        var picked = await PickAsync();
        Assert.Same(picks % 2 == 0 ? _b : _a, picked);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Listens_WhenTryingFails_IsFalse() =>
        Assert.False(await new Endpoint(new Uri("noport://127.0.0.1"), authority: null).ListensAsync(_clock, Token));

    private EndpointSet Of(Func<Task<IReadOnlyList<Endpoint>>> resolve, GrpcChannel? channel = null, TimeSpan? lifetime = null, bool takesTurns = false) => new(
        _ =>
        {
            Interlocked.Increment(ref _asked);
            return resolve();
        },
        lifetime ?? Timeout.InfiniteTimeSpan,
        takesTurns,
        channel ?? _channel);

    private void Pass() => _clock.Advance(Floor + TimeSpan.FromSeconds(1));

    private static async Task IsUnavailable(EndpointSet set) =>
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(async () => await set.PickAsync(waits: false, Token))).StatusCode);
}
