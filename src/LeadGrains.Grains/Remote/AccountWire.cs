using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Requests;
using LeadGrains.Scoring;
using Contributor = LeadGrains.Grains.Requests.Contributor;

namespace LeadGrains.Grains.Remote;

/// <summary>Accounts between nodes.</summary>
internal static class AccountWire
{
    public static AccountFound Of(AccountAnswer? answer) => new() { Account = answer is null ? null : AccountOf(answer) };

    public static AccountAnswer? From(AccountFound found, GrainKey key)
    {
        if (found.Account is not { } account)
            return null;
        var contributors = new Contributors(
            [.. account.Contributors.Select(one => new Contributor(new GrainKey(key.Workspace, GrainKind.Contact, one.ContactId), one.Weight, one.Points))],
            account.Others, account.OthersPoints);
        return new AccountAnswer(
            ViewFrom(account), account.IsKnown, account.ClaimedBy, account.IsEarly, contributors, [.. account.OwnParts.Select(ScoreWire.From)]);
    }

    private static Account AccountOf(AccountAnswer answer)
    {
        var account = ViewOf(answer.View);
        account.IsKnown = answer.IsKnown;
        account.ClaimedBy = answer.ClaimedBy;
        account.IsEarly = answer.IsEarly;
        account.Others = answer.Contributors.Others;
        account.OthersPoints = answer.Contributors.OthersPoints;
        account.Contributors.AddRange(answer.Contributors.Largest.Select(
            one => new Cluster.V1.Contributor { ContactId = one.Contact.Id, Weight = one.Weight, Points = one.Points }));
        account.OwnParts.AddRange(answer.OwnParts.Select(ScoreWire.Of));
        return account;
    }

    private static Account ViewOf(AccountView view)
    {
        var account = new Account
        {
            Id = view.Id,
            Name = view.Name,
            Score = ScoreWire.Of(view.Score),
            ContactCount = view.ContactCount,
            EngagedContacts = view.EngagedContacts,
            Disqualified = view.Disqualified,
            DisqualifiedReason = view.DisqualifiedReason,
            BuyingGroup = view.BuyingGroup is { } group ? GroupOf(group) : null,
            Surging = view.Surging,
            Dormant = view.Dormant,
            ParentAccountId = view.ParentAccountId,
            Domains = { view.Domains },
            CompanyNames = { view.CompanyNames },
            Traits = { TraitCodec.ToStored(view.Traits) },
        };
        if (view.LastSignalAt is { } last)
            account.LastSignalTicks = last.Ticks;
        if (view.WokeUpAt is { } woken)
            account.WokeUpTicks = woken.Ticks;
        return account;
    }

    private static AccountView ViewFrom(Account account) => new(
        account.Id, account.Name, [.. account.Domains], ContactWire.TraitsFrom(account.Traits), ScoreWire.From(account.Score),
        account.ContactCount, account.EngagedContacts, account.HasLastSignalTicks ? new Instant(account.LastSignalTicks) : null,
        account.Disqualified, account.DisqualifiedReason)
    {
        BuyingGroup = account.BuyingGroup is { } group ? GroupFrom(group) : null,
        Surging = account.Surging,
        Dormant = account.Dormant,
        WokeUpAt = account.HasWokeUpTicks ? new Instant(account.WokeUpTicks) : null,
        CompanyNames = [.. account.CompanyNames],
        ParentAccountId = account.ParentAccountId,
    };

    private static Cluster.V1.BuyingGroup GroupOf(Scoring.BuyingGroup group) => new()
    {
        Roles =
        {
            group.Roles.Select(role => new Cluster.V1.BuyingRole
            {
                Name = role.Name, Contacts = role.Contacts, Engaged = role.Engaged, IsCovered = role.IsCovered,
            }),
        },
    };

    private static Scoring.BuyingGroup GroupFrom(Cluster.V1.BuyingGroup group) =>
        new([.. group.Roles.Select(role => new Scoring.BuyingRole(role.Name, role.Contacts, role.Engaged, role.IsCovered))]);
}
