using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Partitions;

/// <summary>Accounts of a partition that have changed since somebody last saw to them, each once. One thread at a time.</summary>
internal sealed class ChangedAccounts
{
    private readonly Column<bool> _marks = new();
    private List<int> _slots = [];

    public bool Any => _slots.Count > 0;

    public void EnsureSlots(int slots) => _marks.EnsureCapacity(slots);

    public void Mark(int slot)
    {
        ref var mark = ref _marks[slot];
        if (mark)
            return;
        mark = true;
        _slots.Add(slot);
    }

    /// <summary>Hands them over to who sees to them.</summary>
    public List<int> Take()
    {
        var taken = _slots;
        _slots = [];
        foreach (var slot in taken)
            _marks[slot] = false;
        return taken;
    }
}
