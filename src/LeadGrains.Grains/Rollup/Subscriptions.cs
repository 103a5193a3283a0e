using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// Sees to it that accounts which have come to a loop get what all contacts contribute and then what all subsidiaries bring,
/// wherever these are driven, and gives the same to accounts that ask. Until it has all, a partition's accounts are not ranked
/// and nothing is proposed for them. The loop's own thread.
/// </summary>
internal sealed class Subscriptions(PartitionLoop loop)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<Partition, Waiting> _waiting = [];
    private readonly HashSet<int> _asked = [];
    private readonly HashSet<Action<IReadOnlyList<int>>> _giving = [];
    private Pause _pause = new(loop.Node.Clock);

    /// <summary>Partitions that have come have to hear from all others, themselves among them.</summary>
    public void Begin(IEnumerable<Partition> partitions)
    {
        foreach (var partition in partitions)
            _waiting.Add(partition, new Waiting(AllPartitions()));
        _pause.End();
    }

    /// <summary>A partition is gone.</summary>
    public void Forget(Partition partition) => _waiting.Remove(partition);

    /// <summary>Asks those that have not given all yet.</summary>
    public bool Run()
    {
        if (_waiting.Count == 0 || !_pause.IsOver)
            return false;
        _pause.Begin(RetryDelay);
        var asked = false;
        foreach (var shares in (ReadOnlySpan<bool>)[false, true])
            asked |= Ask(shares);
        return asked;
    }

    /// <summary>A lane has answered.</summary>
    public void Answered(SubscribeAccounts request)
    {
        _asked.Remove(request.Lane);
        if (request.Given.Count > 0)
            _pause.End();
        foreach (var (partition, waiting) in _waiting.ToList())
        {
            if (waiting.Shares != request.What.Shares || !request.What.Accounts.Contains(OwnedOf(partition)))
                continue;
            waiting.For.ExceptWith(request.Given);
            if (waiting.For.Count == 0)
                Advance(partition, waiting);
        }
    }

    /// <summary>Gives what is asked, and says who has given all of it: nobody, where the accounts are not known to be there yet.</summary>
    public void Give(AccountSubscription what, Action<IReadOnlyList<int>> given)
    {
        var router = loop.Node.Router;
        var lane = router.LaneOf(what.Accounts[0].Partition);
        var here = what.From.Where(loop.Map.Takes).Select(index => loop.Map[index]).ToList();
        if (what.Shares)
            here.RemoveAll(partition => !partition.HasContributions);
        if (lane < 0 || here.Count == 0
            || !what.Accounts.All(owned => router.LaneOf(owned.Partition) == lane && router.EpochOf(owned.Partition) == owned.Epoch))
        {
            given([]);
            return;
        }

        var accounts = what.Accounts.Select(owned => owned.Partition).ToHashSet();
        _giving.Add(given);
        Action act = () =>
        {
            if (_giving.Remove(given))
                given([.. here.Select(partition => partition.Index)]);
        };
        if (what.Shares)
        {
            loop.Outbox.Parents.Subscribe(accounts, here, lane, act);
            return;
        }

        loop.Names.Restate(accounts, here);
        loop.Outbox.Subscribe(accounts, here, lane, act);
    }

    /// <summary>The loop ends: who waits for what it was to give asks whoever comes after it.</summary>
    public void EndAll()
    {
        foreach (var given in _giving)
            given([]);
        _giving.Clear();
    }

    private static OwnedPartition OwnedOf(Partition partition) => new(partition.Index, partition.Epoch);

    private HashSet<int> AllPartitions() => [.. Enumerable.Range(0, loop.Node.Journal.PartitionCount)];

    private bool Ask(bool shares)
    {
        var router = loop.Node.Router;
        var accounts = _waiting.Where(one => one.Value.Shares == shares && router.LaneOf(one.Key.Index) == loop.Lane).Select(one => OwnedOf(one.Key)).ToList();
        if (accounts.Count == 0)
            return false;
        var asked = false;
        var from = _waiting.Values.Where(waiting => waiting.Shares == shares).SelectMany(waiting => waiting.For).Distinct();
        foreach (var lane in from.GroupBy(router.LaneOf))
        {
            if (lane.Key < 0 || !_asked.Add(lane.Key))
                continue;
            asked = true;
            var request = new SubscribeAccounts(loop, lane.Key, new AccountSubscription(accounts, [.. lane.Order()], shares));
            if (!router.TryPost(lane.Key, request))
                request.Fail(new OverloadedException());
        }

        return asked;
    }

    // What parents get of their subsidiaries is whole once those have all of their contacts.
    private void Advance(Partition partition, Waiting waiting)
    {
        if (!waiting.Shares)
        {
            partition.HasContributions = true;
            loop.Outbox.Parents.OweEverything(partition);
            if (loop.Node.Models.HasParentShares)
            {
                waiting.Shares = true;
                waiting.For.UnionWith(AllPartitions());
                return;
            }
        }

        _waiting.Remove(partition);
        loop.Complete(partition);
    }

    private sealed class Waiting(HashSet<int> partitions)
    {
        public HashSet<int> For { get; } = partitions;
        public bool Shares { get; set; }
    }
}
