using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>What accounts must be, by what their contacts say of themselves.</summary>
internal static class Recomputation
{
    public static async Task<List<ContactView>> ContactsAsync(TestNode node, IEnumerable<string> ids)
    {
        var contacts = new List<ContactView>();
        foreach (var id in ids)
        {
            if (await node.Client.GetContactAsync(Workspaces.Default, id, CancellationToken.None) is { } contact)
                contacts.Add(contact);
        }

        // Several ids may lead to one contact.
        return [.. contacts.DistinctBy(contact => contact.Id)];
    }

    /// <summary>The contacts that an account must count.</summary>
    public static uint Counted(List<ContactView> contacts, string account) =>
        (uint)Of(contacts, account).Count(contact => contact.LastSignalAt is not null);

    /// <summary>The contacts that an account says it counts.</summary>
    public static async Task<uint> CountAsync(TestNode node, string account) =>
        (await node.Client.GetAccountAsync(Workspaces.Default, account, CancellationToken.None))?.ContactCount ?? 0;

    public static async Task CompareAsync(TestNode node, IEnumerable<string> contactIds, IEnumerable<string> accountIds)
    {
        var contacts = await ContactsAsync(node, contactIds);
        foreach (var id in accountIds)
        {
            Assert.Equal(Counted(contacts, id), await CountAsync(node, id));
            if (await node.Client.ExplainAccountAsync(Workspaces.Default, id, null, CancellationToken.None) is { } explained)
                Compare(node.Model, (await node.Client.GetAccountAsync(Workspaces.Default, id, CancellationToken.None))!, explained, Of(contacts, id));
            else
                Assert.Empty(Of(contacts, id));
        }
    }

    private static void Compare(ScoringModel model, AccountView account, AccountExplanationView explained, IEnumerable<ContactView> contacts)
    {
        var own = explained.Parts
            .Where(part => part.Dimension == Dimension.Intent && part.ContactId.Length == 0 && part.Rule != ScorePart.Breadth)
            .Sum(part => part.Points);
        var together = contacts.Sum(contact => RoleWeight.Of(model, RoleWeight.IndexOf(model, contact.Traits)) * contact.Score.IntentPoints);
        var expected = (Breadth.Factor(model, account.EngagedContacts) * together) + own;
        Assert.True(
            Math.Abs(expected - account.Score.IntentPoints) <= 1e-9 * Math.Max(1, Math.Abs(expected)),
            $"{account.Id} has {account.Score.IntentPoints:R}, and its contacts make {expected:R}");
    }

    private static IEnumerable<ContactView> Of(List<ContactView> contacts, string account) =>
        contacts.Where(contact => contact.AccountId == account && !contact.Disqualified);
}
