using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains;

/// <summary>
/// Claims domains for accounts before their upsert is journalled. The partition of the account that is named as the
/// domain decides: first come holds. What an item claimed anew is released where another of its domains is refused.
/// Repeating after a crash is safe, since a claim by the same account is granted again.
/// </summary>
internal sealed class DomainClaims(NodeContext node, Lanes lanes)
{
    /// <summary>The items whose domains are all theirs now; the others are added to the rejections.</summary>
    public async Task<List<AccountUpsert>> ClaimAsync(
        string workspace, IReadOnlyList<AccountUpsert> items, List<Rejection> rejections)
    {
        var accepted = new List<AccountUpsert>(items.Count);
        foreach (var item in items)
        {
            if (item.Domains.Count == 0 || await ClaimAsync(workspace, item, rejections).ConfigureAwait(false))
                accepted.Add(item);
        }

        return accepted;
    }

    private async Task<bool> ClaimAsync(string workspace, AccountUpsert item, List<Rejection> rejections)
    {
        var holders = await HoldersAsync(workspace, [item.Id, .. item.Domains]).ConfigureAwait(false);
        if (holders[0].Length > 0 && holders[0] != item.Id)
        {
            rejections.Add(Refused(item, $"\"{item.Id}\" is a domain of account \"{holders[0]}\". Give its domains to that account."));
            return false;
        }

        var granted = await AppendAsync(workspace, item.Domains, EntryBodies.Claimed(item.Id)).ConfigureAwait(false);
        var lost = Array.IndexOf(granted, false);
        if (lost < 0)
            return true;
        var anew = item.Domains.Where((_, index) => granted[index] && holders[index + 1].Length == 0);
        await AppendAsync(workspace, [.. anew], EntryBodies.Released(item.Id)).ConfigureAwait(false);
        rejections.Add(Refused(item, $"Another account holds \"{item.Domains[lost]}\". Nothing of this item was recorded."));
        return false;
    }

    private Task<bool[]> AppendAsync(string workspace, IReadOnlyList<string> domains, Journal.V1.Entry body) =>
        lanes.AppendAsync(
            workspace,
            [.. domains.Select(domain => GrainEntry.For(
                new GrainKey(workspace, GrainKind.Account, domain), node.Router.PartitionCount, body.Clone()))],
            AckLevel.Recorded);

    private async Task<string[]> HoldersAsync(string workspace, IReadOnlyList<string> domains)
    {
        var holders = new string[domains.Count];
        for (var i = 0; i < domains.Count; i++)
        {
            var key = new GrainKey(workspace, GrainKind.Account, domains[i]);
            var request = new ReadAccount(key, at: null, listContributors: false);
            lanes.Post(lanes.LaneOf(key), request);
            holders[i] = (await request.Done.ConfigureAwait(false))?.ClaimedBy ?? "";
        }

        return holders;
    }

    private static Rejection Refused(AccountUpsert item, string message) =>
        new(item.Index, RejectionReason.InvalidValue, "domains", message);
}
