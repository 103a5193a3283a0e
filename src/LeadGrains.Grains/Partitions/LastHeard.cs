namespace LeadGrains.Grains.Partitions;

/// <summary>What a partition heard last of each other one from other nodes: nothing older is taken after it. One thread at a time.</summary>
internal sealed class LastHeard
{
    private readonly Dictionary<int, (long Epoch, ulong Number)> _last = [];

    /// <summary>Whether what comes is as new as what came, which it is compared with from here on.</summary>
    /// <param name="from">The partition that tells.</param>
    /// <param name="epoch">Under which it is driven by who tells for it.</param>
    /// <param name="number">Rises with what that one tells.</param>
    public bool Takes(int from, long epoch, ulong number)
    {
        if (_last.TryGetValue(from, out var last) && (epoch, number).CompareTo(last) < 0)
            return false;
        _last[from] = (epoch, number);
        return true;
    }

    /// <summary>These partitions are driven here from now on: nothing is taken of those who drove them before.</summary>
    public void TakeOver(IEnumerable<OwnedPartition> owned)
    {
        foreach (var partition in owned)
            Takes(partition.Partition, partition.Epoch, number: 0);
    }
}
