using LeadGrains.Benchmarks.Ingest;
using LeadGrains.Benchmarks.Load;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Running;
using LeadGrains.Benchmarks.Servers;

namespace LeadGrains.Benchmarks.Latency;

/// <summary>A server whose greatest rate has just been measured, and a sink.</summary>
internal sealed class LatencyWork : IAsyncDisposable
{
    /// <summary>The smallest batch that fills the machine: with larger ones a batch waits for itself.</summary>
    public static readonly LoadShape Shape = LoadShape.Stream(100);

    /// <summary>Before each measurement at a rate: connections are new, and both sides still compile.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <summary>Signals by which the greatest rate is measured: more than fit between two checkpoints.</summary>
    public static readonly long SignalsForMost = 2 * RunningServer.SignalsPerCheckpoint;

    private readonly SignalPool _pool;
    private readonly RunningSink _sink;
    private readonly ServedLoad _served;

    private LatencyWork(SignalPool pool, RunningSink sink, ServedLoad served, double mostPerSecond, TimeSpan length)
    {
        _pool = pool;
        _sink = sink;
        _served = served;
        MostPerSecond = mostPerSecond;
        Length = length;
    }

    /// <summary>Signals a second that the server can go on taking, with their rows being written.</summary>
    public double MostPerSecond { get; }

    /// <summary>How long the server is measured at each load.</summary>
    public TimeSpan Length { get; }

    public static async Task<LatencyWork> StartAsync(Settings settings, CancellationToken cancellationToken)
    {
        var pool = SignalPool.Of(settings.Contacts, settings.Accounts, settings.Turns.Clock.GetUtcNow());
        RunningSink? sink = null;
        ServedLoad? served = null;
        try
        {
            sink = await RunningSink.StartAsync(cancellationToken);
            served = await ServedLoad.StartAsync(settings, pool, [], cancellationToken);
            return new LatencyWork(pool, sink, served, await MostAsync(served, cancellationToken), settings.LatencyLength);
        }
        catch
        {
            await (sink?.DisposeAsync() ?? default);
            await (served?.DisposeAsync() ?? default);
            throw;
        }
    }

    /// <summary>The server's latencies at a rate, with rows being written as they fall due.</summary>
    public async Task<Sample> ServerAsync(double perSecond, CancellationToken cancellationToken)
    {
        await _served.Server.RestAsync(cancellationToken);
        return await TakeAsync(_served.Server.Address, perSecond, Length, cancellationToken);
    }

    /// <summary>The sink's at the same rate, for a third of the time: what transport, machine and generator take by themselves.</summary>
    public Task<Sample> SinkAsync(double perSecond, CancellationToken cancellationToken) =>
        TakeAsync(_sink.Address, perSecond, Length / 3, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _sink.DisposeAsync();
        await _served.DisposeAsync();
    }

    private async Task<Sample> TakeAsync(Uri server, double perSecond, TimeSpan length, CancellationToken cancellationToken) =>
        (await new PacedLoad(_pool, server, Shape, perSecond).RunAsync(Settling, length, cancellationToken)).ToSample();

    // What it can go on with: the time until rows are written counts.
    private static async Task<double> MostAsync(ServedLoad served, CancellationToken cancellationToken)
    {
        await Progress.SayAsync("latency: the greatest rate");
        await served.TakeAsync(Shape, RunningServer.SignalsPerCheckpoint, cancellationToken);
        var sample = await served.TakeAsync(Shape, SignalsForMost, cancellationToken);
        return SignalsForMost / ((SignalsForMost / sample[Measure.PerSecond]) + (sample[ServedLoad.Resting] / 1_000));
    }
}
