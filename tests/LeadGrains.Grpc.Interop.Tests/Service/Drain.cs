using LeadGrains.Grpc.Interop.Tests.Wire;

namespace LeadGrains.Grpc.Interop.Tests.Service;

/// <summary>A server that stops while it is called, and another that new connections then lead to.</summary>
internal sealed class Drain : IAsyncDisposable
{
    private const int CallsBefore = 20;

    private readonly TestServiceHost _first, _second;
    private readonly CancellationTokenSource _over = new();
    private readonly Task _running;

    private Drain(TestServiceHost first, TestServiceHost second)
    {
        (_first, _second) = (first, second);
        Tap = new WireTap(first.Port);
        _running = RunAsync();
    }

    public WireTap Tap { get; }

    public static async Task<Drain> StartAsync() => new(await TestServiceHost.StartAsync(), await TestServiceHost.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Tap.DisposeAsync();
        await _running;
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        _over.Dispose();
    }

    private async Task RunAsync()
    {
        while (Tap.Calls.Count < CallsBefore && !_over.IsCancellationRequested)
        {
            await Task.Delay(1);
        }

        Tap.Server = _second.Port;
        await _first.StopAsync();
    }
}
