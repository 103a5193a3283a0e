using LeadGrains.Benchmarks.Ingest;
using LeadGrains.Benchmarks.Load;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Running;

namespace LeadGrains.Benchmarks.Overload;

/// <summary>A server whose greatest rate by calls of one batch has just been measured.</summary>
internal sealed class OverloadWork : IAsyncDisposable
{
    /// <summary>As many signals as event tools put into a request.</summary>
    public const int Batch = 100;

    private const int Callers = 64;
    private const double BytesPerMebibyte = 1 << 20;

    private readonly ServedLoad _served;
    private readonly OfferedLoad _load;

    private OverloadWork(ServedLoad served, SignalPool pool, double mostPerSecond, TimeSpan length)
    {
        _served = served;
        _load = new OfferedLoad(pool, served.Server.Address, Batch);
        MostPerSecond = mostPerSecond;
        Length = length;
    }

    /// <summary>Signals a second that the server takes at most, in calls of one batch.</summary>
    public double MostPerSecond { get; }

    /// <summary>How long the server is given too much.</summary>
    public TimeSpan Length { get; }

    public static async Task<OverloadWork> StartAsync(Settings settings, CancellationToken cancellationToken)
    {
        var pool = SignalPool.Of(settings.Contacts, settings.Accounts, settings.Turns.Clock.GetUtcNow());
        var served = await ServedLoad.StartAsync(settings, pool, [], cancellationToken);
        try
        {
            await Progress.SayAsync("overload: the greatest rate");
            var shape = LoadShape.Unary(Batch, Callers);
            await TakeAsync(2 * settings.Turns.WarmUp);
            return new OverloadWork(served, pool, (await TakeAsync(settings.Turns.Rounds * settings.Turns.Slice))[Measure.PerSecond], 2 * settings.LatencyLength);

            async Task<Sample> TakeAsync(TimeSpan length)
            {
                using var time = new CancellationTokenSource(length, settings.Turns.Clock);
                using var over = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
                return await served.TakeAsync(shape, over.Token);
            }
        }
        catch
        {
            await served.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the server works no more.</summary>
    public Task RestAsync(CancellationToken cancellationToken) => _served.Server.RestAsync(cancellationToken);

    /// <summary>Offers a share of the greatest rate.</summary>
    public Task<OfferedResult> OfferAsync(double share, TimeSpan length, CancellationToken cancellationToken) =>
        _load.RunAsync(MostPerSecond * share / Batch, length, cancellationToken);

    /// <summary>Memory that is resident, in MiB.</summary>
    public async Task<double> MemoryAsync(CancellationToken cancellationToken) =>
        (await _served.Server.AskAsync(cancellationToken)).ResidentBytes / BytesPerMebibyte;

    public async ValueTask DisposeAsync()
    {
        _load.Dispose();
        await _served.DisposeAsync();
    }
}
