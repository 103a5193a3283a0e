using LeadGrains.Host.Clients;
using LeadGrains.Host.Loading.Traffic;
using LeadGrains.V1;

namespace LeadGrains.Host.Loading.Verification;

/// <summary>Compares single contacts.</summary>
internal sealed class ContactChecks(LoadPopulation population, PlainScores scores, PlainModel model, Comparison comparison)
{
    private readonly ScoreChecks _checks = new(model, comparison);

    public async Task GetAsync(ServerConnection connection, int contact, CancellationToken cancellationToken)
    {
        if (IsBeyond(contact))
        {
            return;
        }

        var request = new GetContactRequest { ContactId = population.ContactId(contact) };
        var answer = await connection.Contacts.GetContactAsync(request, connection.Call(cancellationToken));
        Check(contact, answer.Contact);
    }

    public async Task ExplainAsync(ServerConnection connection, int contact, CancellationToken cancellationToken)
    {
        if (IsBeyond(contact))
        {
            return;
        }

        var request = new ExplainContactRequest { ContactId = population.ContactId(contact) };
        var answer = await connection.Contacts.ExplainContactAsync(request, connection.Call(cancellationToken));
        Check(contact, answer.Contact);
        _checks.Parts(request.ContactId, answer.Parts, answer.Contact.Score);
    }

    private bool IsBeyond(int contact)
    {
        if (!scores.IsContactBeyond(contact))
        {
            return false;
        }

        comparison.LeaveOut();
        return true;
    }

    private void Check(int number, Contact contact)
    {
        var whose = population.ContactId(number);
        var grain = scores.Contact(number);
        var signals = (ulong)(grain?.Signals ?? 0);
        comparison.That(contact.SignalCount == signals, $"{whose} has {contact.SignalCount} signals, should have {signals}");
        if (grain is not null)
        {
            var account = population.AccountId(population.AccountOf(number));
            comparison.That(contact.AccountId == account, $"{whose} is of account {contact.AccountId}, should be of {account}");
        }

        _checks.Disqualified(whose, scores.ContactDisqualified(number), contact.Disqualified, contact.DisqualifiedReason);
        _checks.Last(whose, grain?.LastTicks ?? long.MinValue, contact.LastSignalAt);
        _checks.Score(whose, scores.ContactAt(number, ScoreChecks.TicksOf(contact.Score.AsOf)), contact.Score, account: false);
    }
}
