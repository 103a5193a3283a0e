using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Partitions;

/// <summary>Contacts of a partition that woke up, which no entry of the journal says yet, by slot. One thread at a time.</summary>
internal sealed class WokenContacts
{
    private readonly Dictionary<int, (ActivityRun Run, bool ByModel)> _runs = [];
    private readonly SlotQueue _order = new();

    /// <summary>The contact woke up with this run. What the model made due stays so.</summary>
    public void Add(int slot, ActivityRun run)
    {
        var known = _runs.GetValueOrDefault(slot);
        _runs[slot] = (run, known.ByModel && known.Run == run);
        _order.Add(slot);
    }

    /// <summary>An entry says so, or the contact is none any more that woke up.</summary>
    public void Remove(int slot)
    {
        if (_runs.Count > 0)
            _runs.Remove(slot);
    }

    /// <summary>All that wait are due because another model was published.</summary>
    public void AreByModel()
    {
        foreach (var (slot, (run, _)) in _runs)
            _runs[slot] = (run, true);
    }

    /// <summary>The contact that waits longest, its run, and whether the model made it due; false where none waits.</summary>
    public bool TryTake(out int slot, out ActivityRun run, out bool byModel)
    {
        while (_order.TryTake(out slot))
        {
            if (!_runs.Remove(slot, out var woken))
                continue;
            (run, byModel) = woken;
            return true;
        }

        (run, byModel) = (ActivityRun.None, false);
        return false;
    }
}
