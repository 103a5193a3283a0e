using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.History;

/// <summary>What a node said of its grains at instants gone by, and whether it says the same when it is asked for them later.</summary>
internal sealed class RememberedAnswers
{
    private const double Relative = 1e-9;

    private readonly List<(string Id, Instant At, ContactExplanationView? Said)> _contacts = [];
    private readonly List<(string Id, Instant At, AccountExplanationView? Said)> _accounts = [];

    public int Count => _contacts.Count + _accounts.Count;

    /// <summary>Asks for now, once nothing is on its way any more, and lets a moment pass.</summary>
    public async Task AskAsync(TestNode node, IEnumerable<string> contacts, IEnumerable<string> accounts)
    {
        List<string> contactIds = [.. contacts], accountIds = [.. accounts];
        while (true)
        {
            await QuietAsync(node);
            node.Clock.Advance(TimeSpan.FromTicks(1));
            var at = node.Client.Now();
            await QuietAsync(node);
            var entries = node.Journal.EntryCount;
            var ofContacts = new List<(string, Instant, ContactExplanationView?)>();
            foreach (var id in contactIds)
                ofContacts.Add((id, at, await node.Client.ExplainContactAsync(Workspaces.Default, id, null, CancellationToken.None)));
            var ofAccounts = new List<(string, Instant, AccountExplanationView?)>();
            foreach (var id in accountIds)
                ofAccounts.Add((id, at, await node.Client.ExplainAccountAsync(Workspaces.Default, id, null, CancellationToken.None)));
            await QuietAsync(node);
            if (node.Journal.EntryCount != entries)
                continue;
            node.Clock.Advance(TimeSpan.FromTicks(1));
            _contacts.AddRange(ofContacts);
            _accounts.AddRange(ofAccounts);
            return;
        }
    }

    /// <summary>Asks again for every instant.</summary>
    public async Task CheckAsync(TestNode node)
    {
        foreach (var (id, at, said) in _contacts)
            AssertSame(said, await node.Client.ExplainContactAsync(Workspaces.Default, id, at, CancellationToken.None));
        foreach (var (id, at, said) in _accounts)
            AssertNear(id, at, said, await node.Client.ExplainAccountAsync(Workspaces.Default, id, at, CancellationToken.None));
    }

    // Stages and moves are journalled by the loops themselves, a moment after what made them due.
    private static async Task QuietAsync(TestNode node)
    {
        long entries;
        do
        {
            entries = node.Journal.EntryCount;
            for (var i = 0; i < 3; i++)
            {
                foreach (var id in Enumerable.Range(0, 8))
                    await node.ContactAsync($"nobody{id}");
                await Task.Delay(1);
            }
        }
        while (node.Journal.EntryCount != entries);
    }

    private static void AssertSame(ContactExplanationView? then, ContactExplanationView? now)
    {
        Assert.Equal(then is null, now is null);
        if (then is null || now is null)
            return;
        Assert.Equal(then.Contact with { Traits = now.Contact.Traits, MergedContactIds = now.Contact.MergedContactIds }, now.Contact);
        Assert.Equal(then.Contact.MergedContactIds, now.Contact.MergedContactIds);
        Assert.Equal(then.Contact.Traits.OrderBy(trait => trait.Key), now.Contact.Traits.OrderBy(trait => trait.Key));
        Assert.Equal(then.Parts, now.Parts);
        AddsUp(now.Contact.Score, now.Parts);
    }

    private static void AssertNear(string id, Instant at, AccountExplanationView? then, AccountExplanationView? now)
    {
        Assert.True(then is null == now is null, $"{id} at {at}: {then} was {now}");
        if (then is null || now is null)
            return;
        var (before, after) = (then.Account, now.Account);
        Assert.Equal(Plain(before, after), after);
        Assert.Equal(before.Domains, after.Domains);
        Assert.Equal(before.CompanyNames, after.CompanyNames);
        Assert.Equal(before.Traits.OrderBy(trait => trait.Key), after.Traits.OrderBy(trait => trait.Key));
        Near(before.EngagedContacts, after.EngagedContacts);
        Near(before.Score.IntentPoints, after.Score.IntentPoints);
        Near(before.Score.Total, after.Score.Total);
        Assert.True(Math.Abs(before.Score.Velocity - after.Score.Velocity) <= 1e-3 * Math.Max(1, Math.Abs(before.Score.Velocity)));
        Assert.Equal(then.Parts.Select(WithoutPoints), now.Parts.Select(WithoutPoints));
        foreach (var (earlier, later) in then.Parts.Zip(now.Parts))
            Near(earlier.Points, later.Points);
        AddsUp(now.Account.Score, now.Parts);
    }

    // What may differ by rounding, or is compared by its contents, taken over from the other one.
    private static AccountView Plain(AccountView account, AccountView other) => account with
    {
        Domains = other.Domains,
        CompanyNames = other.CompanyNames,
        Traits = other.Traits,
        EngagedContacts = other.EngagedContacts,
        Score = account.Score with
        {
            IntentPoints = other.Score.IntentPoints,
            Intent = other.Score.Intent,
            Total = other.Score.Total,
            Velocity = other.Score.Velocity,
        },
    };

    private static ScorePart WithoutPoints(ScorePart part) => part with { Points = 0 };

    private static void AddsUp(ScoreView score, IReadOnlyList<ScorePart> parts)
    {
        Near(score.IntentPoints, parts.Where(part => part.Dimension == Dimension.Intent).Sum(part => part.Points));
        Near(score.Fit, parts.Where(part => part.Dimension == Dimension.Fit).Sum(part => part.Points));
    }

    private static void Near(double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= Relative * Math.Max(1, Math.Abs(expected)), $"{expected:R} is not {actual:R}");
}
