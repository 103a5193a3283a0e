using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.History;

/// <summary>
/// Explains accounts as they were. Who belonged to an account is only to be seen in the contacts' own entries, so all
/// who may have belonged are replayed and those who did are counted.
/// </summary>
internal sealed class PastAccounts(NodeContext node, HistoryEnds ends, PastModels models)
{
    /// <summary>What had been received by then; null where the account did not exist.</summary>
    /// <exception cref="HistoryTooLongException">It or a contact has too many entries, or it too many contacts.</exception>
    /// <exception cref="OverloadedException">Too many questions about the past wait.</exception>
    public async Task<AccountExplanationView?> ExplainAsync(
        GrainKey key, Instant at, ExplainedModel which, CancellationToken cancellationToken)
    {
        var end = await ends.FindAsync(key, cancellationToken).ConfigureAwait(false);
        return await node.AccountReplays.RunAsync(
            async () => await models.ViewAsync(end, at, which, cancellationToken).ConfigureAwait(false) is { } view
                ? await ExplainAsync(end, view, cancellationToken).ConfigureAwait(false)
                : null,
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<AccountExplanationView?> ExplainAsync(HistoryEnd end, Viewpoint view, CancellationToken cancellationToken)
    {
        var contributors = new PastContributors(end.Key, view);
        var mentions = await GatherAsync(
            contributors, end.Key, view, withSubsidiaries: view.Model.ParentShare > 0, cancellationToken).ConfigureAwait(false);
        foreach (var subsidiary in await ends.FindAsync(mentions.Subsidiaries, cancellationToken).ConfigureAwait(false))
            await AddIfPartAsync(contributors, subsidiary, end.Key, view, cancellationToken).ConfigureAwait(false);

        var own = OwnOf(end, contributors.AccountSlot, view, cancellationToken);
        return contributors.Explain(own ?? Unknown(contributors.AccountSlot, view.Model));
    }

    private async Task<AccountMentions> GatherAsync(
        PastContributors contributors, GrainKey account, Viewpoint view, bool withSubsidiaries, CancellationToken cancellationToken)
    {
        var mentions = new AccountMentions(account, view.Model.FreeMail, view.At, withSubsidiaries);
        foreach (var contact in await ends.FindAsync(mentions.FindIn(node.Journal, cancellationToken), cancellationToken).ConfigureAwait(false))
        {
            var entries = node.History.OldestFirst(contact.Partition, contact.LastSequence, cancellationToken);
            if (GrainReplay.OfContact(new ContactGrain(contributors.Admit(contact.Key)), entries, view.Model, view.At) is { } past)
                contributors.AddIfMember(contact.Key, past.Grain);
        }

        return mentions;
    }

    private async Task AddIfPartAsync(
        PastContributors parent, HistoryEnd subsidiary, GrainKey parentKey, Viewpoint view, CancellationToken cancellationToken)
    {
        var contributors = new PastContributors(subsidiary.Key, view);
        var own = OwnOf(subsidiary, contributors.AccountSlot, view, cancellationToken);
        if (own is null || own.ParentId != parentKey.Id || subsidiary.Key == parentKey)
            return;
        // A parent gets nothing of what its subsidiary's own subsidiaries bring.
        await GatherAsync(contributors, subsidiary.Key, view, withSubsidiaries: false, cancellationToken).ConfigureAwait(false);
        parent.Add(contributors.AsSubsidiary(own));
    }

    private AccountGrain? OwnOf(HistoryEnd end, int slot, Viewpoint view, CancellationToken cancellationToken) =>
        GrainReplay.OfAccount(slot, node.History.OldestFirst(end.Partition, end.LastSequence, cancellationToken), view.Model, view.At)?.Grain;

    // An account exists by its contacts, too.
    private static AccountGrain Unknown(int slot, ScoringModel model)
    {
        var account = new AccountGrain(slot) { ScoreChanged = true };
        account.FollowTraits(model);
        return account;
    }
}
