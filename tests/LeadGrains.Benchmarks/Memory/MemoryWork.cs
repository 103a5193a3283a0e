using LeadGrains.Benchmarks.Load;
using LeadGrains.Benchmarks.Running;
using LeadGrains.Benchmarks.Servers;
using LeadGrains.Host.Loading.Traffic;

namespace LeadGrains.Benchmarks.Memory;

/// <summary>
/// Servers that know so many contacts and accounts and keep next to none of them whole in memory: what remains is what
/// an idle one costs. Each is filled, stopped, and started again, so that nothing of the filling is left.
/// </summary>
internal sealed class MemoryWork : IAsyncDisposable
{
    private const int ContactsOfAnAccount = 10;
    private const int SignalsPerContact = 2;
    private static readonly string[] FewWhole = ["--active-grains", "1000"];
    private static readonly LoadShape Shape = LoadShape.Stream(1_000);

    private readonly Settings _settings;

    public MemoryWork(Settings settings)
    {
        _settings = settings;
        ContactCount = settings.IsFull ? 1_000_000 : 100_000;
        AccountCount = ContactCount / ContactsOfAnAccount;
        Accounts = new LoadPopulation(0, ContactCount, tag: 1);
    }

    public int ContactCount { get; }

    public int AccountCount { get; }

    /// <summary>As many accounts as there are contacts otherwise, and no contact.</summary>
    public LoadPopulation Accounts { get; }

    /// <summary>A new server that nobody has told anything.</summary>
    public async Task<Footprint> EmptyAsync(CancellationToken cancellationToken)
    {
        await Progress.SayAsync("memory: an empty server");
        using var folder = new TemporaryFolder(_settings.Data);
        return await MeasureAsync(folder, cancellationToken);
    }

    /// <summary>A server that knows accounts with traits, and no contact.</summary>
    /// <param name="named">Whether each has a display name as well.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Footprint> WithAccountsAsync(bool named, CancellationToken cancellationToken)
    {
        await Progress.SayAsync(named ? "memory: accounts with names" : "memory: accounts");
        using var folder = new TemporaryFolder(_settings.Data);
        await using (var server = await RunningServer.StartAsync(folder.Path, cancellationToken, FewWhole))
        {
            await (named ? Population.TellAsync(server, Accounts, cancellationToken) : Population.TellNamelessAccountsAsync(server, Accounts, cancellationToken));
            await server.Program.StopAsync(cancellationToken);
        }

        return await MeasureAsync(folder, cancellationToken);
    }

    /// <summary>A server that knows contacts of accounts, both with traits, and has had signals of them.</summary>
    public async Task<(Footprint Footprint, double IdBytes)> WithContactsAsync(CancellationToken cancellationToken)
    {
        await Progress.SayAsync("memory: contacts");
        using var folder = new TemporaryFolder(_settings.Data);
        var pool = SignalPool.Of(ContactCount, AccountCount, _settings.Turns.Clock.GetUtcNow());
        var population = pool.Plan.Population;
        await using (var server = await RunningServer.StartAsync(folder.Path, cancellationToken, FewWhole))
        {
            await Population.TellAsync(server, population, cancellationToken);
            using var generator = new LoadGenerator(pool, server.Address);
            await generator.SendAsync(Shape, cancellationToken, (long)ContactCount * SignalsPerContact);
            await server.Program.StopAsync(cancellationToken);
        }

        return (await MeasureAsync(folder, cancellationToken), Enumerable.Range(0, ContactCount).Average(contact => population.ContactId(contact).Length));
    }

    public ValueTask DisposeAsync() => default;

    private static async Task<Footprint> MeasureAsync(TemporaryFolder folder, CancellationToken cancellationToken)
    {
        await using var server = await RunningServer.StartAsync(folder.Path, cancellationToken, FewWhole);
        await server.RestAsync(cancellationToken);
        return await Footprint.MeasureAsync(server, cancellationToken);
    }
}
