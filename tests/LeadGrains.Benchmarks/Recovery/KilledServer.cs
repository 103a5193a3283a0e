using LeadGrains.Benchmarks.Load;
using LeadGrains.Benchmarks.Running;
using LeadGrains.Benchmarks.Servers;

namespace LeadGrains.Benchmarks.Recovery;

/// <summary>A folder on which servers run, one after the other, each killed with nothing written that was not acknowledged.</summary>
/// <param name="settings">Where the folder is.</param>
/// <param name="contacts">Contacts, of a tenth as many accounts.</param>
/// <param name="options">More options of `serve`.</param>
internal sealed class KilledServer(Settings settings, int contacts, params IEnumerable<string> options) : IDisposable
{
    private const int ContactsOfAnAccount = 10;
    private static readonly LoadShape Shape = LoadShape.Stream(1_000);
    private readonly TemporaryFolder _folder = new(settings.Data);
    private readonly SignalPool _pool = SignalPool.Of(contacts, contacts / ContactsOfAnAccount, settings.Turns.Clock.GetUtcNow());

    /// <summary>Tells a first server of the population, and stops it in peace.</summary>
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        await using var server = await StartAsync(cancellationToken);
        await Population.TellAsync(server, _pool.Plan.Population, cancellationToken);
        await server.Program.StopAsync(cancellationToken);
    }

    /// <summary>Starts a server, which takes so many signals and is killed once all are acknowledged.</summary>
    /// <returns>Entries that the journal must hold now.</returns>
    public async Task<long> RunAndKillAsync(long signals, CancellationToken cancellationToken)
    {
        await using var server = await StartAsync(cancellationToken);
        using var generator = new LoadGenerator(_pool, server.Address);
        return FoundFigures.Of(server).Entries + await generator.SendAsync(Shape, cancellationToken, signals);
    }

    /// <summary>Starts a server after a kill.</summary>
    /// <param name="entries">What the journal must hold at least.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="InvalidOperationException">An acknowledged signal is missing.</exception>
    public async Task<RunningServer> StartAsync(long entries, CancellationToken cancellationToken)
    {
        var server = await StartAsync(cancellationToken);
        if (FoundFigures.Of(server).Entries is var found && found >= entries)
        {
            return server;
        }

        await server.DisposeAsync();
        throw new InvalidOperationException($"The journal holds {found} entries after a kill, and {entries} were acknowledged.");
    }

    /// <summary>Reads as many bytes of the newest journal files as so many signals have.</summary>
    /// <returns>How long that took.</returns>
    public TimeSpan ReadTail(long signals)
    {
        var left = (long)(signals * _pool.BytesPerSignal);
        var buffer = new byte[1 << 20];
        var began = TimeProvider.System.GetTimestamp();
        foreach (var segment in Directory.GetFiles(Path.Combine(_folder.Path, "journal"), "*.seg").OrderDescending(StringComparer.Ordinal))
        {
            using var file = File.OpenRead(segment);
            for (var read = 1; left > 0 && read > 0; left -= read)
            {
                read = file.Read(buffer);
            }
        }

        return TimeProvider.System.GetElapsedTime(began);
    }

    public void Dispose() => _folder.Dispose();

    private Task<RunningServer> StartAsync(CancellationToken cancellationToken) => RunningServer.StartAsync(_folder.Path, cancellationToken, options);
}
