using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Names;

/// <summary>
/// Which partitions' accounts have to state all their names to which partitions' names: either has come to another owner, or
/// something may not have been heard. What is stated so takes the place of all that was stated before. The loop's own thread.
/// </summary>
internal sealed class NameRestatements(PartitionLoop loop)
{
    private readonly Dictionary<Partition, HashSet<int>> _due = [];
    private readonly Dictionary<(Partition Accounts, int Names), long> _heard = [];

    /// <summary>Names have an owner, who has to hear from the partition's accounts.</summary>
    /// <param name="accounts">The accounts' partition.</param>
    /// <param name="names">The names' partitions.</param>
    /// <returns>False where that owner has heard already.</returns>
    public bool Add(Partition accounts, IReadOnlySet<int> names)
    {
        var due = names.Where(index => _heard.GetValueOrDefault((accounts, index), -1) != loop.Node.Router.EpochOf(index)).ToHashSet();
        if (due.Count == 0)
            return false;
        AddAgain(accounts, due);
        return true;
    }

    /// <summary>The same, whatever was heard before.</summary>
    public void AddAgain(Partition accounts, IReadOnlySet<int> names)
    {
        if (!_due.TryGetValue(accounts, out var due))
            _due.Add(accounts, due = []);
        due.UnionWith(names);
    }

    /// <summary>States what is due.</summary>
    /// <returns>False where nothing is.</returns>
    public bool Send()
    {
        if (_due.Count == 0)
            return false;
        foreach (var gone in _heard.Keys.Where(pair => pair.Accounts.IsGone).ToList())
            _heard.Remove(gone);
        var router = loop.Node.Router;
        var whole = _due.Where(due => !due.Key.IsGone).SelectMany(due => due.Value.Select(names => (Accounts: due.Key, Names: names))).ToList();
        _due.Clear();
        var statements = whole.Select(pair => pair.Accounts).Distinct().SelectMany(StatementsOf).ToLookup(statement => loop.Map.IndexOf(statement.Key.First));

        // The epoch first: where the names move in between, they hear twice and not never. Where nobody is known to have them,
        // whoever takes them will ask.
        var epochs = whole.Select(pair => pair.Names).Distinct().ToDictionary(names => names, router.EpochOf);
        // Of one partition's accounts at a time: a message has a bound.
        foreach (var lane in whole.GroupBy(pair => (Lane: router.LaneOf(pair.Names), pair.Accounts)).Where(lane => lane.Key.Lane >= 0))
        {
            var pairs = lane.Select(pair => (pair.Accounts.Index, pair.Names)).ToHashSet();
            foreach (var pair in lane)
                _heard[pair] = epochs[pair.Names];
            var stated = lane.Select(pair => pair.Names).Distinct().SelectMany(names => statements[names].Where(one => pairs.Contains((one.Account.Partition, names))));
            var request = new StateNames(loop, [.. stated], [.. pairs]);
            if (!router.TryPost(lane.Key.Lane, request))
                request.Fail(new OverloadedException());
        }

        return true;
    }

    private static IEnumerable<NameStatement> StatementsOf(Partition partition)
    {
        foreach (var slot in partition.Names.Accounts.Slots)
        {
            foreach (var name in partition.Names.Accounts.KeysOf(slot))
                yield return NameStatement.Of(partition, slot, name, partition.Names.Accounts.ClaimantOf(slot));
        }
    }
}
