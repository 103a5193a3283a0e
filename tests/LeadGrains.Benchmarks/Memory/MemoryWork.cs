using System.Globalization;
using LeadGrains.Benchmarks.Load;
using LeadGrains.Benchmarks.Running;
using LeadGrains.Benchmarks.Servers;
using LeadGrains.Host.Loading.Traffic;

namespace LeadGrains.Benchmarks.Memory;

/// <summary>
/// Servers that know so many contacts and accounts and keep next to none of them whole in memory: what remains is what
/// an idle one costs. Each is filled, stopped, and started again, so that nothing of the filling is left.
/// </summary>
internal sealed class MemoryWork(Settings settings) : IAsyncDisposable
{
    /// <summary>Contacts.</summary>
    public const int Most = 1_000_000;

    /// <summary>A tenth of them: what is large anyway, as caches and buffers, is large with so many too.</summary>
    public const int Few = Most / 10;

    private const int ContactsOfAnAccount = 10;
    private const int SignalsPerContact = 2;
    private static readonly string[] FewWhole = ["--active-grains", "1000"];
    private static readonly LoadShape Shape = LoadShape.Stream(1_000);

    /// <summary>A new server that nobody has told anything.</summary>
    public async Task<Footprint> EmptyAsync(CancellationToken cancellationToken)
    {
        await Progress.SayAsync("memory: an empty server");
        using var folder = new TemporaryFolder(settings.Data);
        return await MeasureAsync(folder, cancellationToken);
    }

    /// <summary>A server that knows accounts with traits, and no contact.</summary>
    /// <param name="count">How many.</param>
    /// <param name="named">Whether each has a display name as well.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Footprint> WithAccountsAsync(int count, bool named, CancellationToken cancellationToken)
    {
        await Progress.SayAsync(string.Create(CultureInfo.InvariantCulture, $"memory: {count:N0} accounts{(named ? " with names" : "")}"));
        var population = new LoadPopulation(0, count, tag: 1);
        using var folder = new TemporaryFolder(settings.Data);
        await using (var server = await RunningServer.StartAsync(folder.Path, cancellationToken))
        {
            await (named ? Population.TellAsync(server, population, cancellationToken) : Population.TellNamelessAccountsAsync(server, population, cancellationToken));
            await server.Program.StopAsync(cancellationToken);
        }

        return await MeasureAsync(folder, cancellationToken);
    }

    /// <summary>A server that knows contacts of accounts, both with traits, and has had signals of them.</summary>
    /// <param name="count">How many contacts.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<(Footprint Footprint, double IdBytes)> WithContactsAsync(int count, CancellationToken cancellationToken)
    {
        await Progress.SayAsync(string.Create(CultureInfo.InvariantCulture, $"memory: {count:N0} contacts"));
        using var folder = new TemporaryFolder(settings.Data);
        var pool = SignalPool.Of(count, AccountsOf(count), settings.Turns.Clock.GetUtcNow());
        var population = pool.Plan.Population;
        await using (var server = await RunningServer.StartAsync(folder.Path, cancellationToken))
        {
            await Population.TellAsync(server, population, cancellationToken);
            using var generator = new LoadGenerator(pool, server.Address);
            await generator.SendAsync(Shape, cancellationToken, (long)count * SignalsPerContact);
            await server.Program.StopAsync(cancellationToken);
        }

        return (await MeasureAsync(folder, cancellationToken), Enumerable.Range(0, count).Average(contact => population.ContactId(contact).Length));
    }

    /// <summary>The accounts of so many contacts.</summary>
    public static int AccountsOf(int contacts) => contacts / ContactsOfAnAccount;

    public ValueTask DisposeAsync() => default;

    private static async Task<Footprint> MeasureAsync(TemporaryFolder folder, CancellationToken cancellationToken)
    {
        await using var server = await RunningServer.StartAsync(folder.Path, cancellationToken, FewWhole);
        await server.RestAsync(cancellationToken);
        return await Footprint.MeasureAsync(server, cancellationToken);
    }
}
