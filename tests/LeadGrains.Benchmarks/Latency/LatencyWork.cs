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

    /// <summary>Signals a second that the server takes at most.</summary>
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
            return new LatencyWork(pool, sink, served, await MostAsync(served, settings.Turns, cancellationToken), settings.LatencyLength);
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
        return (await new PacedLoad(_pool, _served.Server.Address, Shape, perSecond).RunAsync(Length, cancellationToken)).ToSample();
    }

    /// <summary>The sink's at the same rate, for a third of the time: what transport, machine and generator take by themselves.</summary>
    public async Task<Sample> SinkAsync(double perSecond, CancellationToken cancellationToken) =>
        (await new PacedLoad(_pool, _sink.Address, Shape, perSecond).RunAsync(Length / 3, cancellationToken)).ToSample();

    public async ValueTask DisposeAsync()
    {
        await _sink.DisposeAsync();
        await _served.DisposeAsync();
    }

    private static async Task<double> MostAsync(ServedLoad served, Turns turns, CancellationToken cancellationToken)
    {
        await Progress.SayAsync("latency: the greatest rate");
        await TakeAsync(2 * turns.WarmUp);
        return (await TakeAsync(turns.Rounds * turns.Slice))[Measure.PerSecond];

        async Task<Sample> TakeAsync(TimeSpan length)
        {
            using var time = new CancellationTokenSource(length, turns.Clock);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
            return await served.TakeAsync(Shape, over.Token);
        }
    }
}
