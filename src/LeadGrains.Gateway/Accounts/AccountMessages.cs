using LeadGrains.Gateway.Values;
using LeadGrains.Grains;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Accounts;

/// <summary>Accounts on the wire.</summary>
internal static class AccountMessages
{
    public static V1.Account Write(AccountView account)
    {
        var message = new V1.Account
        {
            AccountId = account.Id,
            Name = account.Name,
            Traits = TraitMessages.Write(account.Traits),
            Score = ScoreMessages.Write(account.Score),
            ContactCount = account.ContactCount,
            EngagedContacts = account.EngagedContacts,
            LastSignalAt = Timestamps.Write(account.LastSignalAt),
            Disqualified = account.Disqualified,
            DisqualifiedReason = account.DisqualifiedReason,
            BuyingGroup = Write(account.BuyingGroup),
            Surging = account.Surging,
            Dormant = account.Dormant,
            WokeUpAt = Timestamps.Write(account.WokeUpAt),
            ParentAccountId = account.ParentAccountId,
        };
        message.Domains.AddRange(account.Domains);
        message.CompanyNames.AddRange(account.CompanyNames);
        return message;
    }

    public static V1.ExplainAccountResponse Write(AccountExplanationView explanation)
    {
        var message = new V1.ExplainAccountResponse { Account = Write(explanation.Account) };
        message.Parts.AddRange(explanation.Parts.Select(ScoreMessages.Write));
        return message;
    }

    public static V1.ListAccountContactsResponse Write(AccountContactsPage page)
    {
        var message = new V1.ListAccountContactsResponse { NextPageToken = page.NextPageToken };
        message.Contacts.AddRange(page.Contacts.Select(Write));
        return message;
    }

    private static V1.BuyingGroup? Write(BuyingGroup? group)
    {
        if (group is null)
            return null;
        var message = new V1.BuyingGroup { Covered = (uint)group.Covered };
        message.Roles.AddRange(group.Roles.Select(role => new V1.BuyingRole
        {
            Role = role.Name,
            Contacts = (uint)role.Contacts,
            Engaged = role.Engaged,
        }));
        message.Missing.AddRange(group.Missing);
        return message;
    }

    private static V1.AccountContact Write(AccountContactView contact) => new()
    {
        ContactId = contact.ContactId,
        Score = ScoreMessages.Write(contact.Score),
        ContributedPoints = contact.ContributedPoints,
        LastSignalAt = Timestamps.Write(contact.LastSignalAt),
    };
}
