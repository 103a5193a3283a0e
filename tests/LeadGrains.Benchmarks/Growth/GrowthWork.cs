using System.Globalization;
using LeadGrains.Benchmarks.Ingest;
using LeadGrains.Benchmarks.Load;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Running;
using LeadGrains.Benchmarks.Servers;

namespace LeadGrains.Benchmarks.Growth;

/// <summary>
/// Servers of different sizes side by side, each with room in memory for all that its signals touch. A turn is as many
/// signals as come between two checkpoints, so that each has its share of rows to write: with more contacts fewer signals
/// share a row.
/// </summary>
internal sealed class GrowthWork(Settings settings) : IAsyncDisposable
{
    private const int ContactsOfAnAccount = 10;
    private const int SpareGrains = 10_000;
    private const int MostRounds = 3;
    private static readonly LoadShape Shape = LoadShape.Stream(1_000);
    private readonly List<ServedLoad> _servers = [];

    private int[] Sizes => settings.IsFull ? [10_000, 100_000, 1_000_000, 10_000_000] : [10_000, 100_000, 1_000_000];

    /// <summary>Fills all servers, and lets them take turns.</summary>
    /// <returns>The smallest first.</returns>
    public async Task<IReadOnlyList<Entrant>> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var contacts in Sizes)
        {
            await Progress.SayAsync(string.Create(CultureInfo.InvariantCulture, $"growth: {contacts:N0} contacts, making ready"));
            var accounts = contacts / ContactsOfAnAccount;
            var pool = SignalPool.Of(contacts, accounts, settings.Turns.Clock.GetUtcNow());
            var active = Math.Min(contacts + accounts, SignalPool.MostSignals) + SpareGrains;
            _servers.Add(await ServedLoad.StartAsync(settings, pool, ["--active-grains", active.ToString(CultureInfo.InvariantCulture)], cancellationToken));
            await TakeAsync(_servers[^1], cancellationToken);
        }

        Entrant[] entrants = [.. Sizes.Select(contacts => new Entrant(string.Create(CultureInfo.InvariantCulture, $"{contacts:N0} contacts")))];
        for (var round = 0; round < Math.Min(settings.Turns.Rounds, MostRounds); round++)
        {
            foreach (var (server, entrant) in _servers.Zip(entrants))
            {
                await Progress.SayAsync($"growth: {entrant.Name}");
                entrant.Samples.Add(await TakeAsync(server, cancellationToken));
            }
        }

        return entrants;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private static Task<Sample> TakeAsync(ServedLoad server, CancellationToken cancellationToken) =>
        server.TakeAsync(Shape, RunningServer.SignalsPerCheckpoint, cancellationToken);
}
