using LeadGrains.Host.Clients;
using LeadGrains.Host.Loading.Traffic;
using LeadGrains.Host.Serving;
using LeadGrains.Host.Terminals;

namespace LeadGrains.Host.Loading;

/// <summary>Sends the plan to one server over all streams, each on a connection of its own, and measures.</summary>
internal sealed class LoadRun(LoadPlan plan, LoadSettings settings, TimeProvider clock)
{
    /// <summary>How long a run at a given rate goes on behind its time before it gives up.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly long _startedAt = clock.GetTimestamp();

    public async Task<LoadResult> RunAsync(ServerTarget server, Uri http, Progress progress, CancellationToken cancellationToken)
    {
        var processorTime = ProcessFigures.Now().ProcessorSeconds;
        using var over = new CancellationTokenSource();
        var watching = new ServerWatch(settings.Server with { Address = http }, clock).WatchAsync(over.Token);
        var measureFrom = _startedAt + Timestamps(settings.Signals is null ? settings.WarmUp : TimeSpan.Zero);
        LoadStream[] streams = [.. Enumerable.Range(0, plan.Streams).Select(stream => new LoadStream(plan, settings, stream, new LoadTally(clock, measureFrom)))];
        var showing = ShowAsync(streams, progress, over.Token);
        await Task.WhenAll(streams.Select((stream, i) => RunAsync(server, stream, i, cancellationToken)));
        await over.CancelAsync();
        await showing;
        var figures = await watching;
        return Sum(server.Address, streams, measureFrom) with
        {
            ClientProcessorTime = TimeSpan.FromSeconds(ProcessFigures.Now().ProcessorSeconds - processorTime),
            Server = figures,
        };
    }

    private async Task RunAsync(ServerTarget server, LoadStream stream, int number, CancellationToken cancellationToken)
    {
        using var connection = new ServerConnection(server, clock);
        var interval = settings.Rate is { } rate ? TimeSpan.FromSeconds(settings.Batch * plan.Streams / rate) : (TimeSpan?)null;
        var pacing = new Pacing(clock, _startedAt, interval, (interval ?? TimeSpan.Zero) * number / plan.Streams);
        await Task.Run(() => stream.RunAsync(connection.Invoker, pacing, Limit(number), IsOver, cancellationToken), cancellationToken);
    }

    /// <summary>The most signals of a stream.</summary>
    private long Limit(int stream)
    {
        var all = settings.Signals ?? (settings.Rate is { } rate ? (long)(rate * (settings.WarmUp + settings.Duration).TotalSeconds) : null as long?);
        return all is { } signals ? (signals / plan.Streams) + (stream < signals % plan.Streams ? 1 : 0) : long.MaxValue;
    }

    private bool IsOver(long due)
    {
        if (settings.Signals is not null)
        {
            return false;
        }

        var end = _startedAt + Timestamps(settings.WarmUp + settings.Duration);
        return settings.Rate is null ? due >= end : clock.GetTimestamp() >= end + Timestamps(Grace);
    }

    private long Timestamps(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);

    private LoadResult Sum(Uri server, LoadStream[] streams, long measureFrom)
    {
        var latencies = new LatencyHistogram();
        foreach (var stream in streams)
        {
            latencies.Add(stream.Tally.Latencies);
        }

        LoadTally[] tallies = [.. streams.Select(stream => stream.Tally)];
        long[] sent = [.. streams.Select(stream => stream.Sent)];
        return new LoadResult
        {
            SentByStream = sent,
            Unsent = settings.Rate is null ? 0 : Enumerable.Range(0, sent.Length).Sum(Limit) - sent.Sum(),
            Answered = tallies.Sum(tally => tally.Answered),
            Recorded = tallies.Sum(tally => tally.Recorded),
            Duplicates = tallies.Sum(tally => tally.Duplicates),
            Rejected = tallies.Sum(tally => tally.Rejected),
            FirstRejection = tallies.Select(tally => tally.FirstRejection).FirstOrDefault(rejection => rejection is not null),
            Measured = tallies.Sum(tally => tally.Measured),
            MeasuredTime = clock.GetElapsedTime(measureFrom, Math.Max(measureFrom, tallies.Max(tally => tally.LastAnswer))),
            Latencies = latencies,
            Faults = [.. streams.Where(stream => stream.Fault is not null).Select(stream => ServerFaults.Explain(stream.Fault!, server))],
            ClientProcessorTime = TimeSpan.Zero,
            Server = null,
        };
    }

    private async Task ShowAsync(LoadStream[] streams, Progress progress, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var elapsed = clock.GetElapsedTime(_startedAt);
            var sent = streams.Sum(stream => stream.Sent);
            var fraction = settings.Signals is { } all ? (double)sent / all : elapsed / (settings.WarmUp + settings.Duration);
            progress.Report($"{ScoreText.Of(sent)} signals sent", fraction);
            await Task.Delay(TimeSpan.FromMilliseconds(200), clock, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
