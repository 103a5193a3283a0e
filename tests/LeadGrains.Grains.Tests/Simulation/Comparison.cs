using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>Whether two nodes say the same of the same grains.</summary>
internal static class Comparison
{
    private const double Relative = 1e-9;

    // What takes longer waits for a clock to go on, if it comes at all.
    private const int Looks = 100;

    public static async Task OfAsync(GrainClient left, GrainClient right, IEnumerable<string> contacts, IEnumerable<string> accounts)
    {
        // What still differs then is said more exactly below.
        for (var tries = 0; tries < 10 && await QuietAsync(left, right, contacts, accounts) is not null; tries++)
        {
        }

        foreach (var id in contacts)
            await CompareContactAsync(left, right, id);
        foreach (var id in accounts)
            await CompareAccountAsync(left, right, id);
        await Recomputation.CompareAsync(left, contacts, accounts);
        await Recomputation.CompareAsync(right, contacts, accounts);
        foreach (var kind in new[] { GrainKind.Contact, GrainKind.Account })
            Assert.Equal(await RankedAsync(right, kind), await RankedAsync(left, kind));
    }

    /// <summary>Whatever dies or moves, a surge begins once and ends before the next one: so none is told twice.</summary>
    public static void SurgesTakeTurns(IJournal journal)
    {
        var surging = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in StoredEntries.Of(journal).Where(entry => entry.BodyCase == Entry.BodyOneofCase.Surged))
            Assert.True(entry.Surged.Ended ? surging.Remove(entry.GrainId) : surging.Add(entry.GrainId), $"{entry}");
    }

    /// <summary>Likewise, each threshold of a grain is reached once and left before it is reached again.</summary>
    /// <returns>How many crossings there were.</returns>
    public static int CrossingsTakeTurns(IJournal journal)
    {
        var reached = new HashSet<(Journal.V1.GrainKind Kind, string Id, string Threshold)>();
        var crossings = StoredEntries.Of(journal).Where(entry => entry.BodyCase == Entry.BodyOneofCase.ThresholdCrossed).ToList();
        foreach (var entry in crossings)
        {
            var threshold = (entry.Kind, entry.GrainId, entry.ThresholdCrossed.Threshold);
            Assert.True(entry.ThresholdCrossed.Reached ? reached.Add(threshold) : reached.Remove(threshold), $"{entry}");
        }

        return crossings.Count;
    }

    /// <summary>
    /// Waits until two nodes have their grains in the same places, and their accounts are what their contacts make: contacts
    /// follow a claimed domain, or a company's name, and shares reach parents, after the call is answered.
    /// </summary>
    /// <returns>What they differ in still; null where they have come to that.</returns>
    public static async Task<string?> QuietAsync(GrainClient left, GrainClient right, IEnumerable<string> contacts, IEnumerable<string> accounts)
    {
        var difference = "";
        for (var tries = 0; tries < Looks; tries++)
        {
            var (here, there) = (await PlacesAsync(left, contacts, accounts), await PlacesAsync(right, contacts, accounts));
            if (here.Fault is null && there.Fault is null && here.Places == there.Places)
                return null;
            difference = here.Fault ?? (there.Fault is { } fault ? $"the twin's {fault}" : $"places are {here.Places}, and should be {there.Places}");
            await Task.Delay(5);
        }

        return difference;
    }

    /// <summary>The same for several nodes, one after the other.</summary>
    public static async Task<string?> DifferenceAsync(IEnumerable<GrainClient> nodes, GrainClient twin, IEnumerable<string> contacts, IEnumerable<string> accounts)
    {
        foreach (var node in nodes.ToList())
        {
            if (await QuietAsync(node, twin, contacts, accounts) is { } difference)
                return difference;
        }

        return null;
    }

    private static async Task<(string Places, string? Fault)> PlacesAsync(GrainClient node, IEnumerable<string> contacts, IEnumerable<string> accounts)
    {
        var known = await Recomputation.ContactsAsync(node, contacts);
        return (string.Join(' ', known.Select(contact => $"{contact.Id}:{contact.AccountId}:{contact.AccountMatchReason}")), await Recomputation.FaultAsync(node, known, accounts));
    }

    private static async Task CompareContactAsync(GrainClient left, GrainClient right, string id)
    {
        var here = await left.ExplainContactAsync(Workspaces.Default, id, null, CancellationToken.None);
        var there = await right.ExplainContactAsync(Workspaces.Default, id, null, CancellationToken.None);
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

    private static async Task CompareAccountAsync(GrainClient left, GrainClient right, string id)
    {
        var here = await left.GetAccountAsync(Workspaces.Default, id, CancellationToken.None);
        var there = await right.GetAccountAsync(Workspaces.Default, id, CancellationToken.None);
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
        var explained = await left.ExplainAccountAsync(Workspaces.Default, id, null, CancellationToken.None);
        Near(here.Score.IntentPoints, explained!.Account.Score.IntentPoints);
        Assert.True(Math.Abs(there.Score.Velocity - here.Score.Velocity) <= 1e-3 * Math.Max(1, Math.Abs(there.Score.Velocity)));
    }

    private static async Task<string> NamesAsync(GrainClient node, string account)
    {
        var contacts = await node.ListAccountContactsAsync(Workspaces.Default, account, 100, "", CancellationToken.None);
        return string.Join(' ', contacts!.Contacts.Select(contact => contact.ContactId).Order(StringComparer.Ordinal));
    }

    private static async Task<List<string>> RankedAsync(GrainClient node, GrainKind kind)
    {
        var page = await node.RankAsync(Workspaces.Default, kind, RankFilter.None, RankBy.Fit, 1_000, "", CancellationToken.None);
        return [.. page.Grains.Select(grain => grain.Id).Order(StringComparer.Ordinal)];
    }

    // When a sweep comes round differs between the two; that stages agree once it has is a test of its own.
    private static ScoreView Unstaged(ScoreView score) => score with { Stage = "" };

    private static void Near(double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= Relative * Math.Max(1, Math.Abs(expected)), $"{actual:R} is not {expected:R}");
}
