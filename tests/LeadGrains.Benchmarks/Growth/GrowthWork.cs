using LeadGrains.Benchmarks.Ingest;
using LeadGrains.Benchmarks.Load;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Running;

namespace LeadGrains.Benchmarks.Growth;

/// <summary>Servers of different sizes side by side, each with room in memory for all that its signals touch.</summary>
internal sealed class GrowthWork(Settings settings) : IAsyncDisposable
{
    private const int ContactsOfAnAccount = 10;
    private const int SpareGrains = 10_000;
    private static readonly LoadShape Shape = LoadShape.Stream(1_000);
    private readonly Dictionary<int, ServedLoad> _servers = [];

    public IReadOnlyList<int> Sizes => settings.IsFull ? [10_000, 100_000, 1_000_000, 10_000_000] : [10_000, 100_000, 1_000_000];

    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        foreach (var contacts in Sizes)
        {
            await Progress.SayAsync($"growth: telling a server of {contacts} contacts");
            var accounts = contacts / ContactsOfAnAccount;
            var pool = SignalPool.Of(contacts, accounts, settings.Turns.Clock.GetUtcNow());
            var active = Math.Min(contacts + accounts, SignalPool.MostSignals) + SpareGrains;
            _servers.Add(contacts, await ServedLoad.StartAsync(
                settings, pool, ["--active-grains", active.ToString(System.Globalization.CultureInfo.InvariantCulture)], cancellationToken));
        }
    }

    public Task<Sample> TakeAsync(int contacts, CancellationToken over) => _servers[contacts].TakeAsync(Shape, over);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            await server.DisposeAsync();
        }
    }
}
