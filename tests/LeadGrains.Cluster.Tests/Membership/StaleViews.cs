using LeadGrains.Cluster.Membership;

namespace LeadGrains.Cluster.Tests.Membership;

/// <summary>Nodes that join, leave, look, and act on what they saw long ago. Only the taking is guarded, as the database guards it.</summary>
internal sealed class StaleViews
{
    private readonly string[] _names;
    private readonly bool[] _isThere;
    private readonly ClusterView?[] _seen;
    private readonly string[] _owners;

    public StaleViews(int nodes, int partitions)
    {
        _names = [.. Enumerable.Range(0, nodes).Select(i => ((char)('a' + i)).ToString())];
        _isThere = new bool[nodes];
        _seen = new ClusterView?[nodes];
        _owners = [.. Enumerable.Repeat("", partitions)];
        _isThere[0] = true;
    }

    private ClusterView Now => new(
        [.. _names.Where((_, i) => _isThere[i]).Select(name => Views.Member(name))],
        [.. _owners.Select((owner, partition) => owner.Length == 0 ? Views.Free(partition) : Views.Held(partition, owner))],
        1);

    public void Step(int choice)
    {
        var node = choice % _names.Length;
        switch (choice / _names.Length % 16)
        {
            case 0:
                Join(node);
                break;
            case 1:
                Leave(node);
                break;
            case < 6:
                _seen[node] = Now;
                break;
            case < 11:
                Take(node, one: choice);
                break;
            default:
                Give(node, one: choice);
                break;
        }
    }

    /// <summary>Once nobody comes or goes, a few rounds bring everybody to their share.</summary>
    public bool SettlesFairly()
    {
        _isThere[0] = true;
        for (var round = 0; round < 3 * _names.Length; round++)
        {
            foreach (var node in Enumerable.Range(0, _names.Length).Where(node => _isThere[node]))
            {
                _seen[node] = Now;
                foreach (var partition in FairShare.Decide(Now, _names[node]).Give)
                    _owners[partition] = "";
                foreach (var partition in FairShare.Decide(_seen[node]!, _names[node]).Take)
                    _owners[partition] = _names[node];
            }
        }

        var shares = _names.Where((_, node) => _isThere[node]).Select(name => _owners.Count(owner => owner == name)).ToList();
        return shares.Max() - shares.Min() <= 1 && _owners.All(owner => owner.Length > 0) && FairShare.Decide(Now, "a").IsSettled;
    }

    private void Join(int node) => _isThere[node] = true;

    // Killed: what it had is free once its lease has run out.
    private void Leave(int node)
    {
        _isThere[node] = false;
        _seen[node] = null;
        for (var i = 0; i < _owners.Length; i++)
        {
            if (_owners[i] == _names[node])
                _owners[i] = "";
        }
    }

    private void Take(int node, int one)
    {
        if (_seen[node] is not { } seen || FairShare.Decide(seen, _names[node]).Take is not { Count: > 0 } free)
            return;
        var partition = free[one % free.Count];
        if (_owners[partition].Length == 0)
            _owners[partition] = _names[node];
    }

    private void Give(int node, int one)
    {
        if (_seen[node] is not { } seen || FairShare.Decide(seen, _names[node]).Give is not { Count: > 0 } many)
            return;
        var partition = many[one % many.Count];
        if (_owners[partition] == _names[node])
            _owners[partition] = "";
    }
}
