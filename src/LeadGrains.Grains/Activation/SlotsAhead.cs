namespace LeadGrains.Grains.Activation;

/// <summary>The next few slots that something is done for, so that their memory is on its way before their turn comes. One thread at a time.</summary>
internal sealed class SlotsAhead
{
    /// <summary>How many there are at most.</summary>
    public const int Most = 8;

    private readonly int[] _ring = new int[Most];
    private int _first;
    private int _count;

    public bool IsFull => _count == Most;

    /// <summary>Adds a slot behind all others. There has to be room.</summary>
    public void Add(int slot)
    {
        if (IsFull)
            throw new InvalidOperationException($"There are {Most} slots ahead already.");
        _ring[(_first + _count++) % Most] = slot;
    }

    /// <param name="ahead">0 for the one that comes next.</param>
    /// <param name="slot">The slot; -1 where there are not so many.</param>
    public bool TryPeek(int ahead, out int slot)
    {
        slot = ahead < _count ? _ring[(_first + ahead) % Most] : -1;
        return slot >= 0;
    }

    /// <summary>The next slot, which goes; false where there is none.</summary>
    public bool TryTake(out int slot)
    {
        if (!TryPeek(0, out slot))
            return false;
        _first = (_first + 1) % Most;
        _count--;
        return true;
    }
}
