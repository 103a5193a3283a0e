using LeadGrains.Host.Clients;
using LeadGrains.Host.Commands;
using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Loading.Traffic;

/// <summary>Makes the population known to the server, with its traits.</summary>
internal sealed class PopulationUpserts(ServerConnection connection, LoadPopulation population, LoadTraits traits)
{
    /// <summary>As many as the server takes in one call.</summary>
    private const int MaxItems = 1_000;

    private const int CallsUnderWay = 4;

    public async Task RunAsync(Progress progress, CancellationToken cancellationToken)
    {
        await EachAsync("accounts", population.Accounts, progress, async accounts =>
        {
            var request = new UpsertAccountsRequest();
            request.Accounts.AddRange(accounts.Select(Account));
            var answer = await connection.Accounts.UpsertAccountsAsync(request, connection.Call(cancellationToken));
            return answer.Rejections;
        });
        await EachAsync("contacts", population.Contacts, progress, async contacts =>
        {
            var request = new UpsertContactsRequest();
            request.Contacts.AddRange(contacts.Select(Contact));
            var answer = await connection.Contacts.UpsertContactsAsync(request, connection.Call(cancellationToken));
            return answer.Rejections;
        });
    }

    private static async Task EachAsync(string what, int count, Progress progress, Func<int[], Task<IReadOnlyList<Rejection>>> upsert)
    {
        var done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = CallsUnderWay };
        await Parallel.ForEachAsync(Enumerable.Range(0, count).Chunk(MaxItems), options, async (chunk, _) =>
        {
            if (await upsert(chunk) is [var rejection, ..])
            {
                throw new CommandFailedException($"The server rejected one of the load test's {what}: {rejection.Field}: {rejection.Message}");
            }

            progress.Report($"{ScoreText.Of((long)Interlocked.Add(ref done, chunk.Length))} {what}", (double)done / count);
        });
    }

    private AccountTraits Account(int account) => new()
    {
        AccountId = population.AccountId(account),
        Name = population.AccountId(account),
        Traits = TraitTexts.Message(traits.OfAccount(account)),
    };

    private ContactTraits Contact(int contact) => new()
    {
        ContactId = population.ContactId(contact),
        Traits = TraitTexts.Message(traits.OfContact(contact)),
    };
}
