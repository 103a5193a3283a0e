using LeadGrains.Benchmarks.Servers;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Loading.Traffic;
using LeadGrains.V1;

namespace LeadGrains.Benchmarks.Load;

/// <summary>Makes a load's contacts and accounts known to a server, with traits for fit and roles.</summary>
internal static class Population
{
    /// <summary>As many as the server takes in one call.</summary>
    private const int MostInCall = 1_000;

    public static async Task TellAsync(RunningServer server, LoadPopulation population, CancellationToken cancellationToken)
    {
        using var connection = new ServerConnection(server.Address, TimeProvider.System);
        await new PopulationUpserts(connection, population, new DefaultTraffic().Traits).RunAsync(new Host.Terminals.Progress(), cancellationToken);
    }

    /// <summary>Makes the accounts alone known, with traits and without display names.</summary>
    public static async Task TellNamelessAccountsAsync(RunningServer server, LoadPopulation population, CancellationToken cancellationToken)
    {
        using var connection = new ServerConnection(server.Address, TimeProvider.System);
        var traits = new DefaultTraffic().Traits;
        foreach (var accounts in Enumerable.Range(0, population.Accounts).Chunk(MostInCall))
        {
            var request = new UpsertAccountsRequest();
            request.Accounts.AddRange(accounts.Select(account => new AccountTraits
            {
                AccountId = population.AccountId(account),
                Traits = TraitTexts.Message(traits.OfAccount(account)),
            }));
            var answer = await connection.Accounts.UpsertAccountsAsync(request, connection.Call(cancellationToken));
            if (answer.Rejections.Count > 0)
            {
                throw new InvalidOperationException($"An account was rejected: {answer.Rejections[0]}");
            }
        }
    }
}
