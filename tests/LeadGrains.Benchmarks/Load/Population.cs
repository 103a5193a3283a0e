using LeadGrains.Benchmarks.Servers;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Loading.Traffic;

namespace LeadGrains.Benchmarks.Load;

/// <summary>Makes a load's contacts and accounts known to a server, with traits for fit and roles.</summary>
internal static class Population
{
    public static async Task TellAsync(RunningServer server, LoadPopulation population, CancellationToken cancellationToken)
    {
        using var connection = new ServerConnection(server.Address, TimeProvider.System);
        await new PopulationUpserts(connection, population, new DefaultTraffic().Traits).RunAsync(new Host.Terminals.Progress(), cancellationToken);
    }
}
