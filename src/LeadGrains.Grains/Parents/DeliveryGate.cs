using System.Collections.Concurrent;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Parents;

/// <summary>Opens once every loop has arrived, and wakes them: what an account has is only whole when all have delivered. For any thread.</summary>
internal sealed class DeliveryGate
{
    private readonly ConcurrentDictionary<PartitionLoop, bool> _arrived = new();
    private volatile bool _isOpen;

    /// <summary>All loops have arrived.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>It will not open without this loop. All are expected before the first one arrives.</summary>
    public void Expect(PartitionLoop loop) => _arrived[loop] = false;

    /// <summary>The loop has delivered everything at least once. It may say so again.</summary>
    public void Arrive(PartitionLoop loop)
    {
        if (_isOpen || !_arrived.TryUpdate(loop, true, comparisonValue: false) || _arrived.Values.Contains(false))
            return;
        _isOpen = true;
        foreach (var waiting in _arrived.Keys)
            waiting.Wake();
    }
}
