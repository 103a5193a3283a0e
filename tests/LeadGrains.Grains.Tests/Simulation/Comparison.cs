using LeadGrains.Grains.Ranking;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>Whether two nodes say the same of the same grains.</summary>
internal static class Comparison
{
    private const double Relative = 1e-9;

    public static async Task OfAsync(TestNode left, TestNode right, IEnumerable<string> contacts, IEnumerable<string> accounts)
    {
        await QuietAsync(left, right, contacts, accounts);
        foreach (var id in contacts)
            await CompareContactAsync(left, right, id);
        foreach (var id in accounts)
            await CompareAccountAsync(left, right, id);
        await Recomputation.CompareAsync(left, contacts, accounts);
        await Recomputation.CompareAsync(right, contacts, accounts);
        foreach (var kind in new[] { GrainKind.Contact, GrainKind.Account })
            Assert.Equal(await RankedAsync(right, kind), await RankedAsync(left, kind));
    }

    // Contacts follow a claimed domain, or a company's name, and shares reach parents, after the call is answered. Two
    // nodes that never agree still fail below.
    private static async Task QuietAsync(TestNode left, TestNode right, IEnumerable<string> contacts, IEnumerable<string> accounts)
    {
        for (var tries = 0; tries < 400; tries++)
        {
            var (here, there) = (await PlacesAsync(left, contacts, accounts), await PlacesAsync(right, contacts, accounts));
            if (here.Places == there.Places && here.IsSettled && there.IsSettled)
                return;
            await Task.Delay(5);
        }
    }

    private static async Task<(string Places, bool IsSettled)> PlacesAsync(
        TestNode node, IEnumerable<string> contacts, IEnumerable<string> accounts)
    {
        var known = await Recomputation.ContactsAsync(node, contacts);
        var settled = await Recomputation.FaultAsync(node, known, accounts) is null;
        return (string.Join(' ', known.Select(contact => $"{contact.AccountId} {contact.AccountMatchReason}")), settled);
    }

    private static async Task CompareContactAsync(TestNode left, TestNode right, string id)
    {
        var here = await left.Client.ExplainContactAsync(Workspaces.Default, id, null, CancellationToken.None);
        var there = await right.Client.ExplainContactAsync(Workspaces.Default, id, null, CancellationToken.None);
        Assert.Equal(there is null, here is null);
        if (here is null || there is null)
            return;
        Assert.Equal(there.Contact.MergedContactIds, here.Contact.MergedContactIds);
        Assert.Equal(there.Contact with { MergedContactIds = here.Contact.MergedContactIds, Traits = here.Contact.Traits, Score = Unstaged(there.Contact.Score) }, here.Contact with { Score = Unstaged(here.Contact.Score) });
        Assert.Equal(there.Contact.Traits.OrderBy(trait => trait.Key), here.Contact.Traits.OrderBy(trait => trait.Key));
        // A client that met a crash sends again what may have been recorded.
        Assert.Equal(there.Parts.Where(part => part.Rule != Scoring.ScorePart.Duplicate), here.Parts.Where(part => part.Rule != Scoring.ScorePart.Duplicate));
        Near(here.Contact.Score.IntentPoints, here.Parts.Where(part => part.Dimension == Scoring.Dimension.Intent).Sum(part => part.Points));
    }

    private static async Task CompareAccountAsync(TestNode left, TestNode right, string id)
    {
        var here = await left.Client.GetAccountAsync(Workspaces.Default, id, CancellationToken.None);
        var there = await right.Client.GetAccountAsync(Workspaces.Default, id, CancellationToken.None);
        Assert.Equal(there is null, here is null);
        if (here is null || there is null)
            return;
        if (there.ContactCount != here.ContactCount)
            Assert.Fail($"{id} has {await NamesAsync(left, id)}, and should have {await NamesAsync(right, id)}");
        Assert.Equal(there.ParentAccountId, here.ParentAccountId);
        Assert.Equal(there.LastSignalAt, here.LastSignalAt);
        Assert.Equal(there.Domains.Order(), here.Domains.Order());
        Near(there.Score.IntentPoints, here.Score.IntentPoints);
        Near(there.EngagedContacts, here.EngagedContacts);
        Near(there.Score.Fit, here.Score.Fit);
        var explained = await left.Client.ExplainAccountAsync(Workspaces.Default, id, null, CancellationToken.None);
        Near(here.Score.IntentPoints, explained!.Account.Score.IntentPoints);
        Assert.True(Math.Abs(there.Score.Velocity - here.Score.Velocity) <= 1e-3 * Math.Max(1, Math.Abs(there.Score.Velocity)));
    }

    private static async Task<string> NamesAsync(TestNode node, string account)
    {
        var contacts = await node.Client.ListAccountContactsAsync(Workspaces.Default, account, 100, "", CancellationToken.None);
        return string.Join(' ', contacts!.Contacts.Select(contact => contact.ContactId).Order(StringComparer.Ordinal));
    }

    private static async Task<List<string>> RankedAsync(TestNode node, GrainKind kind)
    {
        var page = await node.Client.RankAsync(Workspaces.Default, kind, RankFilter.None, RankBy.Fit, 1_000, "", CancellationToken.None);
        return [.. page.Grains.Select(grain => grain.Id).Order(StringComparer.Ordinal)];
    }

    // When a sweep comes round differs between the two; that stages agree once it has is a test of its own.
    private static ScoreView Unstaged(ScoreView score) => score with { Stage = "" };

    private static void Near(double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= Relative * Math.Max(1, Math.Abs(expected)), $"{actual:R} is not {expected:R}");
}
