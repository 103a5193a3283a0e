using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Crash;

/// <summary>Compares what a server holds with what was sent to it.</summary>
internal sealed class StoredTruth(ServerProcess server, Population population, CancellationToken cancellationToken)
{
    private const int SignalsACall = 5_000;
    private const double Tolerance = 1e-9;

    /// <summary>Sends signals again; says how many the server had not recorded.</summary>
    public async Task<long> SendAgainAsync(IReadOnlyList<SentSignal> signals, AckLevel ackLevel)
    {
        long recorded = 0;
        foreach (var chunk in signals.Chunk(SignalsACall))
        {
            var request = new RecordSignalsRequest { AckLevel = ackLevel, Signals = { chunk.Select(signal => signal.ToSignal()) } };
            var answer = await server.Ingest.RecordSignalsAsync(request, cancellationToken: cancellationToken);
            Assert.Empty(answer.Rejections);
            Assert.Equal((uint)chunk.Length, answer.Recorded + answer.Duplicates);
            recorded += answer.Recorded;
        }

        return recorded;
    }

    /// <summary>Every contact counts at least what was acknowledged and at most what was sent.</summary>
    public async Task CountsAreWithinAsync(IReadOnlyList<SentSignal> acknowledged, IReadOnlyList<SentSignal> sent)
    {
        var least = acknowledged.Where(signal => signal.Who is not null).CountBy(signal => signal.Who!.Id).ToDictionary();
        var most = sent.Where(signal => signal.Who is not null).CountBy(signal => signal.Who!.Id).ToDictionary();
        foreach (var person in population.Everyone)
        {
            var answer = await server.Contacts.GetContactAsync(new GetContactRequest { ContactId = person.Id }, cancellationToken: cancellationToken);
            Assert.InRange(answer.Contact.SignalCount, (ulong)least.GetValueOrDefault(person.Id), (ulong)most.GetValueOrDefault(person.Id));
        }
    }

    /// <summary>Contacts, accounts, their explanations and the ranking equal a recomputation from all that was sent.</summary>
    public async Task ScoresAreRecomputedAsync(IReadOnlyList<SentSignal> sent)
    {
        foreach (var signals in sent.Where(signal => signal.Who is not null).GroupBy(signal => signal.Who!))
        {
            var contact = (await server.Contacts.GetContactAsync(new GetContactRequest { ContactId = signals.Key.Id }, cancellationToken: cancellationToken)).Contact;
            Close(Expectation.Points(signals, At(contact.Score)), contact.Score, contact.ContactId);
        }

        var companies = population.Companies.GroupJoin(sent, company => company, signal => signal.Company, KeyValuePair.Create).ToDictionary();
        foreach (var (company, signals) in companies)
        {
            await AccountIsRecomputedAsync(company, [.. signals]);
        }

        var ranked = await server.Ranking.RankAccountsAsync(new RankAccountsRequest(), cancellationToken: cancellationToken);
        Assert.Equal(companies.Keys.Order(StringComparer.Ordinal), ranked.Accounts.Select(account => account.AccountId).Order(StringComparer.Ordinal));
        foreach (var account in ranked.Accounts)
        {
            Close(Expectation.AccountPoints(companies[account.AccountId], At(account.Score)), account.Score, account.AccountId);
        }
    }

    private async Task AccountIsRecomputedAsync(string company, List<SentSignal> signals)
    {
        var explained = await server.Accounts.ExplainAccountAsync(new ExplainAccountRequest { AccountId = company }, cancellationToken: cancellationToken);
        var score = explained.Account.Score;
        Close(Expectation.AccountPoints(signals, At(score)), score, company);
        Close(explained.Parts.Where(part => part.Dimension == Dimension.Intent).Sum(part => part.Points), score, company + ", explained");

        var people = signals.Where(signal => signal.Who is not null).GroupBy(signal => signal.Who).ToList();
        Assert.Equal((uint)people.Count, explained.Account.ContactCount);
        Assert.Equal(Expectation.Engaged(people, At(score)), explained.Account.EngagedContacts, Tolerance);

        var listed = await server.Accounts.ListAccountContactsAsync(
            new ListAccountContactsRequest { AccountId = company, PageSize = 1_000 }, cancellationToken: cancellationToken);
        Assert.Equal(population.Everyone.Count(person => person.Company == company), listed.Contacts.Count);
    }

    private static DateTimeOffset At(Score score) => score.AsOf.ToDateTimeOffset();

    private static void Close(double expected, Score score, string what)
    {
        var difference = Math.Abs(expected - score.IntentPoints);
        Assert.True(difference <= Tolerance * Math.Max(1, Math.Abs(expected)), $"{what}: {score.IntentPoints:R} intent points, {expected:R} recomputed");
    }
}
