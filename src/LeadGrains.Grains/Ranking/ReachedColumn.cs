using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// The thresholds that each row has reached, as the journal has it: a byte for each slot where some model has thresholds, and
/// nothing where none has. One thread at a time.
/// </summary>
/// <param name="isUsed">Some model has thresholds.</param>
internal sealed class ReachedColumn(bool isUsed)
{
    private readonly Column<byte> _reached = new();

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes => _reached.MemoryBytes;

    /// <summary>The row's set, by the thresholds' places among its model's.</summary>
    public byte this[int slot]
    {
        get => isUsed ? _reached[slot] : (byte)0;
        set
        {
            if (isUsed)
                _reached[slot] = value;
        }
    }

    /// <summary>Makes room for slots 0 to <paramref name="slots"/> - 1.</summary>
    public void EnsureCapacity(int slots)
    {
        if (isUsed)
            _reached.EnsureCapacity(slots);
    }
}
