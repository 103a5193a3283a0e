namespace LeadGrains.Cluster.Membership;

/// <summary>
/// Who is to have which partition. All nodes that see the same come to the same, so that nobody has to lead. Shares differ
/// by one at most, and of all such divisions it is one that moves the fewest partitions.
/// </summary>
public static class FairShare
{
    /// <summary>What a node should do about what it sees.</summary>
    /// <param name="view">What it sees.</param>
    /// <param name="node">Its name.</param>
    public static ShareDecision Decide(ClusterView view, string node)
    {
        var owners = Owners(view);
        List<int> take = [], give = [];
        var isSettled = true;
        foreach (var (partition, holding) in view.Partitions.Index())
        {
            if (owners[partition] is not { } owner || (owner == holding.Owner && !holding.IsFree))
                continue;
            isSettled = false;
            if (owner == node && holding.IsFree)
                take.Add(partition);
            else if (holding.Owner == node && !holding.IsFree)
                give.Add(partition);
        }

        return new ShareDecision(take, give, isSettled);
    }

    /// <summary>
    /// By partition, who is to have it; null where nobody lives. Who drains gets none, unless nobody else is there.
    /// </summary>
    /// <param name="view">What is seen.</param>
    public static IReadOnlyList<string?> Owners(ClusterView view)
    {
        var owners = new string?[view.Partitions.Count];
        var shares = Shares(view);
        foreach (var (partition, holding) in view.Partitions.Index())
        {
            if (!holding.IsFree && shares.FirstOrDefault(share => share.Node == holding.Owner) is { Open: > 0 } share)
                owners[partition] = share.Fill();
        }

        var next = 0;
        foreach (var partition in Enumerable.Range(0, owners.Length).Where(partition => owners[partition] is null))
        {
            while (next < shares.Count && shares[next].Open == 0)
                next++;
            owners[partition] = next < shares.Count ? shares[next].Fill() : null;
        }

        return owners;
    }

    // The larger shares go to those who have most, which moves the fewest.
    private static List<Share> Shares(ClusterView view)
    {
        var held = view.Partitions.Where(holding => !holding.IsFree).CountBy(holding => holding.Owner, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var takers = Takers(view).Select(member => member.Name)
            .OrderByDescending(name => held.GetValueOrDefault(name)).ThenBy(name => name, StringComparer.Ordinal).ToList();
        if (takers.Count == 0)
            return [];
        var (least, larger) = Math.DivRem(view.Partitions.Count, takers.Count);
        return [.. takers.Index().Select(taker => new Share(taker.Item, least + (taker.Index < larger ? 1 : 0)))];
    }

    private static List<ClusterMember> Takers(ClusterView view)
    {
        var alive = view.Members.Where(member => member.IsAlive).ToList();
        var willing = alive.Where(member => member.State != MemberState.Draining).ToList();
        return willing.Count > 0 ? willing : alive;
    }

    private sealed class Share(string node, int size)
    {
        public string Node => node;

        public int Open { get; private set; } = size;

        public string Fill()
        {
            Open--;
            return node;
        }
    }
}

/// <summary>What a node should do.</summary>
/// <param name="Take">Partitions that are free and its to take, ascending.</param>
/// <param name="Give">Partitions that it has and others are to have, ascending.</param>
/// <param name="IsSettled">Everybody has what they are to have; else more is to be seen soon.</param>
public sealed record ShareDecision(IReadOnlyList<int> Take, IReadOnlyList<int> Give, bool IsSettled);
