using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>What accounts must be, by what their contacts say of themselves, and by what their subsidiaries' contacts do.</summary>
internal static class Recomputation
{
    /// <summary>What those ids lead to, none twice.</summary>
    public static async Task<List<ContactView>> ContactsAsync(GrainClient node, IEnumerable<string> ids)
    {
        var contacts = new List<ContactView>();
        foreach (var id in ids)
        {
            if (await node.GetContactAsync(Workspaces.Default, id, CancellationToken.None) is { } contact
                && !contacts.Exists(known => known.Id == contact.Id))
            {
                contacts.Add(contact);
            }
        }

        // Several ids may lead to one contact.
        return [.. contacts.DistinctBy(contact => contact.Id)];
    }

    public static async Task CompareAsync(GrainClient node, IEnumerable<string> contactIds, IEnumerable<string> accountIds)
    {
        var fault = await FaultAsync(node, await ContactsAsync(node, contactIds), accountIds);
        Assert.True(fault is null, fault);
    }

    /// <summary>The first account that is not what it must be, and how; null where all are.</summary>
    public static async Task<string?> FaultAsync(GrainClient node, List<ContactView> contacts, IEnumerable<string> accountIds)
    {
        var known = new Dictionary<string, AccountExplanationView>();
        foreach (var id in accountIds)
        {
            if (await node.ExplainAccountAsync(Workspaces.Default, id, null, CancellationToken.None) is { } explained)
                known.Add(id, explained);
            else if (Of(contacts, id).Any())
                return $"{id} has contacts, and is not there";
        }

        foreach (var id in known.Keys)
        {
            var found = (await node.GetAccountAsync(Workspaces.Default, id, CancellationToken.None))!;
            if (found.ContactCount != Of(contacts, id).Count(contact => contact.LastSignalAt is not null))
                return $"{id} counts {found.ContactCount} contacts, and should count others";
            var expected = Expected(node.ModelOf(Workspaces.Default).Model, known, contacts, found);
            if (Math.Abs(expected - found.Score.IntentPoints) > 1e-9 * Math.Max(1, Math.Abs(expected)))
                return $"{id} has {found.Score.IntentPoints:R}, and its contacts and subsidiaries make {expected:R}";
        }

        return null;
    }

    private static double Expected(
        ScoringModel model, Dictionary<string, AccountExplanationView> known, List<ContactView> contacts, AccountView account)
    {
        var people = Breadth.Factor(model, account.EngagedContacts) * OfPeople(model, contacts, account.Id);
        var subsidiaries = known.Values.Where(other => other.Account.ParentAccountId == account.Id && other.Account.Id != account.Id)
            .Sum(other => OfPeople(model, contacts, other.Account.Id) + Own(other));
        return people + Own(known[account.Id]) + (model.ParentShare * subsidiaries);
    }

    private static double OfPeople(ScoringModel model, List<ContactView> contacts, string account) =>
        Of(contacts, account).Sum(contact => RoleWeight.Of(model, RoleWeight.IndexOf(model, contact.Traits)) * contact.Score.IntentPoints);

    private static double Own(AccountExplanationView account) => account.Parts
        .Where(part => part.Dimension == Dimension.Intent && part.ContactId.Length == 0 && part.Rule is not (ScorePart.Breadth or ScorePart.Subsidiary))
        .Sum(part => part.Points);

    private static IEnumerable<ContactView> Of(List<ContactView> contacts, string account) =>
        contacts.Where(contact => contact.AccountId == account && !contact.Disqualified);
}
