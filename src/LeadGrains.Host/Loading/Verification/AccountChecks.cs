using LeadGrains.Host.Clients;
using LeadGrains.Host.Loading.Traffic;
using LeadGrains.V1;

namespace LeadGrains.Host.Loading.Verification;

/// <summary>Compares accounts, one by one and as they are ranked.</summary>
internal sealed class AccountChecks(LoadPopulation population, PlainScores scores, PlainModel model, Comparison comparison)
{
    private readonly ScoreChecks _checks = new(model, comparison);

    public async Task GetAsync(ServerConnection connection, int account, CancellationToken cancellationToken)
    {
        if (IsBeyond(account))
        {
            return;
        }

        var request = new GetAccountRequest { AccountId = population.AccountId(account) };
        var answer = await connection.Accounts.GetAccountAsync(request, connection.Call(cancellationToken));
        Check(account, answer.Account);
    }

    public async Task ExplainAsync(ServerConnection connection, int account, CancellationToken cancellationToken)
    {
        if (IsBeyond(account))
        {
            return;
        }

        var request = new ExplainAccountRequest { AccountId = population.AccountId(account) };
        var answer = await connection.Accounts.ExplainAccountAsync(request, connection.Call(cancellationToken));
        Check(account, answer.Account);
        _checks.Parts(request.AccountId, answer.Parts, answer.Account.Score);
        CheckContactParts(account, answer);
    }

    /// <summary>The ranked accounts have their own scores and order, none is disqualified, and no better account is left out.</summary>
    public void CheckRanking(RankAccountsResponse answer)
    {
        var disqualified = Enumerable.Range(0, population.Accounts).Where(account => scores.AccountDisqualified(account) is not null).Select(population.AccountId);
        comparison.That(!answer.Accounts.Select(row => row.AccountId).Intersect(disqualified, StringComparer.Ordinal).Any(), "a disqualified account is ranked");
        var byId = Enumerable.Range(0, population.Accounts).Where(account => scores.AccountDisqualified(account) is null).ToDictionary(population.AccountId, StringComparer.Ordinal);
        var ticks = ScoreChecks.TicksOf(answer.AsOf);
        foreach (var row in answer.Accounts)
        {
            if (byId.Remove(row.AccountId, out var account) && !scores.IsAccountBeyond(account))
            {
                _checks.Score($"ranked {row.AccountId}", scores.AccountAt(account, ticks).Score, row.Score, account: true);
            }
        }

        var totals = answer.Accounts.Select(row => row.Score.Total).ToList();
        comparison.That(totals.SequenceEqual(totals.OrderDescending()), "the ranked accounts are not in the order of their totals");
        if (answer.NextPageToken.Length == 0)
        {
            comparison.That(byId.Count == 0, $"{byId.Count} accounts are not ranked at all");
            return;
        }

        var best = byId.Values.Where(account => !scores.IsAccountBeyond(account)).Select(account => scores.AccountAt(account, ticks).Score.Total).DefaultIfEmpty(0).Max();
        comparison.That(best <= totals[^1] || Comparison.IsClose(best, totals[^1]), $"an account with total {best:R} is not among those above {totals[^1]:R}");
    }

    private bool IsBeyond(int account)
    {
        if (!scores.IsAccountBeyond(account))
        {
            return false;
        }

        comparison.LeaveOut();
        return true;
    }

    private void Check(int number, Account account)
    {
        var whose = population.AccountId(number);
        var expected = scores.AccountAt(number, ScoreChecks.TicksOf(account.Score.AsOf));
        comparison.That(account.ContactCount == expected.Contacts, $"{whose} has {account.ContactCount} contacts, should have {expected.Contacts}");
        comparison.Number($"engaged contacts of {whose}", expected.Engaged, account.EngagedContacts);
        _checks.Disqualified(whose, scores.AccountDisqualified(number), account.Disqualified, account.DisqualifiedReason);
        _checks.Last(whose, expected.LastTicks, account.LastSignalAt);
        _checks.Score(whose, expected.Score, account.Score, account: true);
    }

    private void CheckContactParts(int number, ExplainAccountResponse answer)
    {
        var ticks = ScoreChecks.TicksOf(answer.Account.Score.AsOf);
        var byContact = answer.Parts.Where(part => part.ContactId.Length > 0).ToLookup(part => part.ContactId, part => part.Points, StringComparer.Ordinal);
        if (answer.Parts.Any(part => part.Rule == "others"))
        {
            return;
        }

        foreach (var contact in scores.ContactsOf(number).Where(contact => scores.Contact(contact) is not null))
        {
            var expected = scores.Weight(contact) * scores.Contact(contact)!.PointsAt(ticks);
            comparison.Number($"what {population.ContactId(contact)} brings its account", expected, byContact[population.ContactId(contact)].Sum());
        }
    }
}
