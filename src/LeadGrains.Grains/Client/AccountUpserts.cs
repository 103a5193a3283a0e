using System.Runtime.ExceptionServices;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains;

/// <summary>Upserts accounts: decides, claims, upserts and settles the claims, each with one request for each lane.</summary>
internal sealed class AccountUpserts(NodeContext node, Lanes lanes)
{
    private readonly DomainClaims _claims = new(node, lanes);

    public async Task<UpsertOutcome> RunAsync(string workspace, IReadOnlyList<AccountUpsert> items, AckLevel ack)
    {
        var rejections = new List<Rejection>();
        var upserts = await _claims.DecideAsync(workspace, items, rejections).ConfigureAwait(false);
        var failure = await _claims.ClaimAsync(workspace, upserts, rejections).ConfigureAwait(false);
        if (failure is null)
            failure = await AppendAsync(workspace, [.. upserts.Where(upsert => upsert.HasAll)], ack).ConfigureAwait(false);
        // Whatever failed, claims of items that were not recorded must not stay.
        var unsettled = await _claims.SettleAsync(workspace, upserts).ConfigureAwait(false);
        if ((failure ?? unsettled) is { } thrown)
            ExceptionDispatchInfo.Throw(thrown);
        await RejectAsync(workspace, [.. upserts.Where(upsert => upsert.Outcome == AppendOutcome.Refused)], rejections).ConfigureAwait(false);
        return UpsertOutcomes.Of(upserts.Count(upsert => upsert.Outcome == AppendOutcome.Applied), rejections);
    }

    private async Task<Exception?> AppendAsync(string workspace, IReadOnlyList<ClaimingUpsert> upserts, AckLevel ack)
    {
        var entries = upserts.Select(upsert => GrainEntry.For(
            new GrainKey(workspace, GrainKind.Account, upsert.Item.Id), node.Router.PartitionCount, EntryBodies.Of(upsert.Item)));
        var (outcomes, failure) = await lanes.TryAppendAsync(workspace, [.. entries], ack).ConfigureAwait(false);
        for (var i = 0; i < outcomes.Length; i++)
            upserts[i].Outcome = outcomes[i];
        return failure;
    }

    // Which bound it was is only to be seen in what the account holds.
    private async Task RejectAsync(string workspace, IReadOnlyList<ClaimingUpsert> refused, List<Rejection> rejections)
    {
        if (refused.Count == 0)
            return;
        var accounts = await lanes.ReadClaimsAsync(workspace, refused.Select(upsert => upsert.Item.Id)).ConfigureAwait(false);
        rejections.AddRange(refused.Select(upsert => UpsertOutcomes.TooMany(upsert.Item, accounts[upsert.Item.Id])));
    }
}
