namespace LeadGrains.Cluster.Peers;

/// <summary>How much is under way to one node, and no more than may be. Safe for many threads.</summary>
internal sealed class PeerRoom(int capacity)
{
    private int _load;

    /// <summary>False where there is no room. What is larger than all of it goes alone; what has no load always goes.</summary>
    public bool TryEnter(int load)
    {
        if (load == 0)
            return true;
        if (Interlocked.Add(ref _load, load) <= capacity || Volatile.Read(ref _load) == load)
            return true;
        Leave(load);
        return false;
    }

    public void Leave(int load)
    {
        if (load > 0)
            Interlocked.Add(ref _load, -load);
    }
}
