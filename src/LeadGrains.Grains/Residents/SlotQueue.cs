namespace LeadGrains.Grains.Residents;

/// <summary>Slots that something waits to be done for, each at most once. One thread at a time.</summary>
internal sealed class SlotQueue
{
    private readonly Queue<int> _order = new();
    private readonly HashSet<int> _waiting = [];

    /// <summary>Adds a slot, unless it waits already.</summary>
    public void Add(int slot)
    {
        if (_waiting.Add(slot))
            _order.Enqueue(slot);
    }

    /// <summary>The slot that waits longest; false where none waits.</summary>
    public bool TryTake(out int slot) => _order.TryDequeue(out slot) && _waiting.Remove(slot);
}
