using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Running;
using LeadGrains.Benchmarks.Servers;

namespace LeadGrains.Benchmarks.Recovery;

/// <summary>Kills servers and measures how they come back.</summary>
internal sealed class RecoveryWork(Settings settings) : IAsyncDisposable
{
    private const string LongTail = "10000000";
    private const string AllWhole = "2000000";
    private const int SignalsPerContact = 10;

    public static Measure Replayed { get; } = new("replayedEntries", "entries replayed");

    public int ContactCount => settings.IsFull ? 1_000_000 : 100_000;

    public long SignalCount => (long)ContactCount * SignalsPerContact;

    public IReadOnlyList<long> Tails => [0, SignalCount / 10, SignalCount];

    private int Rounds => settings.IsFull ? 1 : Math.Min(3, settings.Turns.Rounds);

    /// <summary>Restarts with journal tails of these lengths, which no checkpoint shortens, and reads the longest tail's bytes.</summary>
    public async Task<(Entrant Limit, IReadOnlyList<Entrant> Restarts)> ReplayAsync(CancellationToken cancellationToken)
    {
        var limit = new Entrant("only reading the longest tail's bytes");
        Entrant[] restarts = [.. Tails.Select(tail => new Entrant(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"a tail of {tail:N0} signals")))];
        using var folder = new KilledServer(settings, ContactCount, "--checkpoint-entries", LongTail, "--active-grains", AllWhole);
        await folder.FillAsync(cancellationToken);
        for (var round = 0; round < Rounds; round++)
        {
            var startOnly = TimeSpan.Zero;
            foreach (var (tail, restart) in Tails.Zip(restarts))
            {
                await Progress.SayAsync($"recovery: {restart.Name}");
                var entries = await folder.RunAndKillAsync(tail, cancellationToken);
                if (tail == Tails[^1])
                {
                    var reading = folder.ReadTail(tail);
                    limit.Samples.Add(new Sample((Measure.Seconds, reading.TotalSeconds), (Measure.PerSecond, tail / reading.TotalSeconds)));
                }

                await using var server = await folder.StartAsync(entries, cancellationToken);
                var processor = server.Program.ProcessorTime;
                startOnly = tail == 0 ? processor : startOnly;
                restart.Samples.Add(SampleOf(server, processor - startOnly));
                await server.Program.StopAsync(cancellationToken);
            }
        }

        return (limit, restarts);
    }

    /// <summary>A restart after ten signals of each contact, with checkpoints as delivered and memory for all grains: else filling takes an hour.</summary>
    public async Task<(Entrant Empty, Entrant Restarted)> RestartAsync(CancellationToken cancellationToken)
    {
        using var none = new TemporaryFolder(settings.Data);
        await Progress.SayAsync("recovery: an empty folder, and a full one");
        await using var empty = await RunningServer.StartAsync(none.Path, cancellationToken);
        using var folder = new KilledServer(settings, ContactCount, "--active-grains", AllWhole);
        await folder.FillAsync(cancellationToken);
        var entries = await folder.RunAndKillAsync(SignalCount, cancellationToken);
        await using var server = await folder.StartAsync(entries, cancellationToken);
        return (
            new Entrant("an empty folder", SampleOf(empty, TimeSpan.Zero)),
            new Entrant("restarted", SampleOf(server, server.Program.ProcessorTime - empty.Program.ProcessorTime)));
    }

    public ValueTask DisposeAsync() => default;

    private static Sample SampleOf(RunningServer server, TimeSpan processor)
    {
        var found = FoundFigures.Of(server);
        var sample = new Sample((Measure.Seconds, server.StartTime.TotalSeconds), (Replayed, found.Replayed));
        return found.Replayed == 0
            ? sample
            : sample.With((Measure.PerSecond, found.Replayed / found.RecoverySeconds), (Measure.ServerProcessor, processor.TotalMicroseconds / found.Replayed));
    }
}
