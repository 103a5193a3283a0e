using LeadGrains.Grains.History;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Requests;
using LeadGrains.Scoring;

namespace LeadGrains.Grains;

/// <summary>Reads accounts, and the contacts that they are made of, from the lanes that own them.</summary>
internal sealed class AccountReader(NodeContext node, Lanes lanes, ContactReader contacts, PastModels models, PastAccounts past)
{
    public async Task<AccountView?> GetAsync(string workspace, string id, CancellationToken cancellationToken)
    {
        var answer = await ReadAsync(workspace, id, null, contributors: 0, explain: false, cancellationToken).ConfigureAwait(false);
        return answer?.View;
    }

    public async Task<AccountExplanationView?> ExplainAsync(
        string workspace, string id, Instant? at, ExplainedModel which, CancellationToken cancellationToken)
    {
        var key = new GrainKey(workspace, GrainKind.Account, id);
        if (!await models.IsOtherAsync(key, at, which, cancellationToken).ConfigureAwait(false))
        {
            var answer = await ReadAsync(workspace, id, at, AccountExplanation.MaxParts, explain: true, cancellationToken).ConfigureAwait(false);
            var parts = answer is { IsEarly: false }
                ? await ContactPartsAsync(answer.Contributors, answer.View.Score.AsOf, isPast: at is not null, cancellationToken).ConfigureAwait(false)
                : null;
            if (parts is not null)
                return AccountExplanations.Of(node.ModelOf(workspace), answer!, parts);
        }

        // An account that does not exist now may have existed then.
        return at is { } then && then <= node.Now() ? await past.ExplainAsync(key, then, which, cancellationToken).ConfigureAwait(false) : null;
    }

    public async Task<AccountContactsPage?> ListContactsAsync(
        string workspace, string id, int pageSize, string pageToken, CancellationToken cancellationToken)
    {
        var fingerprint = ListFingerprint(workspace, id);
        var token = pageToken.Length == 0 ? (PageToken?)null : PageToken.Read(pageToken, fingerprint, PageModel.Of(node.Served.Of(workspace)));
        var answer = await ReadAsync(workspace, id, token?.At, contributors: int.MaxValue, explain: false, cancellationToken).ConfigureAwait(false);
        if (answer is null)
            return null;
        var at = answer.View.Score.AsOf;
        var all = await contacts.ScoreAllAsync(answer.Contributors.Largest.Select(contributor => contributor.Contact), at, cancellationToken).ConfigureAwait(false);
        all.Sort(static (left, right) => RankOrder.Compare(CursorOf(left), CursorOf(right)));
        var from = token is null ? 0 : all.FindIndex(contact => RankOrder.Compare(CursorOf(contact), token.Value.After) > 0);
        if (from < 0)
            return new AccountContactsPage([], "");
        var page = all.GetRange(from, Math.Min(pageSize, all.Count - from));
        var next = from + page.Count < all.Count
            ? new PageToken(at, CursorOf(page[^1]), (uint)(from + page.Count + 1), PageModel.Of(node.Served.Of(workspace)), fingerprint).Write()
            : "";
        return new AccountContactsPage(page, next);
    }

    private static RankCursor CursorOf(AccountContactView contact) =>
        new(contact.Score.Total, contact.Score.IntentPoints, contact.ContactId);

    private static ulong ListFingerprint(string workspace, string id) =>
        KeyHash.Of(new GrainKey(workspace, GrainKind.Account, id)) ^ 0x6C697374;

    /// <summary>Reads accounts of any lanes; those that are not known are left out.</summary>
    public async Task<IEnumerable<AccountView>> ReadAllAsync(IReadOnlyList<GrainKey> keys, CancellationToken cancellationToken)
    {
        var answers = await lanes.AskAsync(keys, some => new ReadAccounts(some, at: null, contributors: 0, explain: false), cancellationToken).ConfigureAwait(false);
        return answers.Where(answer => answer is { IsKnown: true }).Select(answer => answer!.View);
    }

    private async Task<AccountAnswer?> ReadAsync(
        string workspace, string id, Instant? at, int contributors, bool explain, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var key = new GrainKey(workspace, GrainKind.Account, id);
        for (Patience? patience = null; ;)
        {
            var request = new ReadAccounts([key], at, contributors, explain);
            lanes.Post(lanes.LaneOf(key), request);
            try
            {
                return (await request.DoneAsync(cancellationToken).ConfigureAwait(false))[0] is { IsKnown: true } answer ? answer : null;
            }
            catch (PartitionMovedException)
            {
                await (patience ??= lanes.NewPatience()).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Null where some contact has had an entry since. An explanation has so many parts at most; contacts that could only end up among the others are not asked one by one.
    private async Task<List<ContactParts>?> ContactPartsAsync(Contributors contributors, Instant at, bool isPast, CancellationToken cancellationToken)
    {
        var asked = contributors.Largest.ToDictionary(contributor => contributor.Contact.Id, StringComparer.Ordinal);
        var answers = await contacts.ExplainAllAsync(asked.Values.Select(contributor => contributor.Contact), at, isPast, cancellationToken).ConfigureAwait(false);
        if (answers.Exists(answer => answer.IsEarly))
            return null;
        var parts = answers
            .Select(answer => new ContactParts(answer.View.Id, asked[answer.View.Id].Weight, answer.Parts))
            .OrderBy(part => part.ContactId, StringComparer.Ordinal)
            .ToList();
        if (contributors.Others > 0)
            parts.Add(AccountExplanations.Others(contributors.Others, contributors.OthersPoints));
        return parts;
    }
}
