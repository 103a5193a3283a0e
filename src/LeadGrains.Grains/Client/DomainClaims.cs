using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Journal.V1;

namespace LeadGrains.Grains;

/// <summary>
/// Claims domains for accounts before their upsert is journalled. The partition of the account that is named as the
/// domain decides: first come holds. A claim is pending, and moves no contact, until the upsert has been applied;
/// then it is made for good, or taken back where the upsert was refused. After a crash it stays pending, and
/// repeating the upsert is safe, since a claim by the same account is granted again.
/// </summary>
internal sealed class DomainClaims(NodeContext node, Lanes lanes)
{
    /// <summary>
    /// Refuses, before anything is journalled, items that cannot get their domains; gives the others with the domains
    /// that they do not hold for good yet.
    /// </summary>
    public async Task<List<ClaimingUpsert>> DecideAsync(
        string workspace, IReadOnlyList<AccountUpsert> items, List<Rejection> rejections)
    {
        var claiming = items.Where(item => item.Domains.Count > 0);
        var claims = await lanes.ReadClaimsAsync(workspace, claiming.SelectMany(item => item.Domains.Append(item.Id))).ConfigureAwait(false);
        var upserts = new List<ClaimingUpsert>(items.Count);
        foreach (var item in items)
        {
            if (item.Domains.Count > 0 && Refusal(item, claims) is { } refusal)
            {
                rejections.Add(refusal);
                continue;
            }

            var wanted = item.Domains.Distinct().Where(domain => !claims[domain].IsForGood).ToList();
            upserts.Add(new ClaimingUpsert(item, wanted));
            // A later item of the request finds it held already.
            foreach (var domain in wanted)
                claims[domain] = claims[domain] with { HeldBy = item.Id };
        }

        return upserts;
    }

    /// <summary>
    /// Makes pending claims for all items at once. Those that lost a race to another account are rejected and have
    /// their other claims taken back by <see cref="SettleAsync"/>.
    /// </summary>
    public async Task<Exception?> ClaimAsync(string workspace, IReadOnlyList<ClaimingUpsert> upserts, List<Rejection> rejections)
    {
        var entries = upserts.SelectMany(upsert => upsert.Wanted.Select(
            domain => EntryOf(workspace, domain, EntryBodies.Claimed(upsert.Item.Id, pending: true)))).ToList();
        var (outcomes, failure) = await lanes.TryAppendAsync(workspace, entries, AckLevel.Recorded).ConfigureAwait(false);
        var next = 0;
        foreach (var upsert in upserts)
        {
            var lost = upsert.Take(entries, outcomes, ref next);
            if (lost is not null)
                rejections.Add(Refused(upsert.Item, $"Another account holds \"{lost}\". Nothing of this item was recorded."));
        }

        return failure;
    }

    /// <summary>Makes claims for good whose upserts were applied, and takes back those whose upserts certainly were not.</summary>
    public async Task<Exception?> SettleAsync(string workspace, IReadOnlyList<ClaimingUpsert> upserts)
    {
        var entries = new List<GrainEntry>();
        foreach (var upsert in upserts)
        {
            var by = upsert.Item.Id;
            if (upsert.Outcome == AppendOutcome.Applied)
                entries.AddRange(upsert.Granted.Select(claim => EntryOf(workspace, claim.Domain, EntryBodies.Claimed(by, pending: false))));
            else if (upsert.Outcome != AppendOutcome.Unknown)
                entries.AddRange(upsert.Granted.Select(claim => EntryOf(workspace, claim.Domain, EntryBodies.Released(by, claim.Sequence))));
        }

        return (await lanes.TryAppendAsync(workspace, entries, AckLevel.Recorded, mustFit: true).ConfigureAwait(false)).Failure;
    }

    private GrainEntry EntryOf(string workspace, string domain, Entry body) =>
        GrainEntry.For(new GrainKey(workspace, GrainKind.Account, domain), node.Router.PartitionCount, body);

    private static Rejection? Refusal(AccountUpsert item, Dictionary<string, AccountClaim> claims)
    {
        var own = claims[item.Id];
        if (own.IsHeldFrom(item.Id))
            return Refused(item, $"\"{item.Id}\" is a domain of account \"{own.HeldBy}\". Give its domains to that account.");
        if (UpsertOutcomes.IsTooManyDomains(item, own.Domains))
            return UpsertOutcomes.TooManyDomains(item.Index);
        var lost = item.Domains.FirstOrDefault(domain => claims[domain].IsHeldFrom(item.Id));
        return lost is null ? null : Refused(item, $"Another account holds \"{lost}\". Nothing of this item was recorded.");
    }

    private static Rejection Refused(AccountUpsert item, string message) =>
        new(item.Index, RejectionReason.InvalidValue, "domains", message);
}
