using System.Numerics;

namespace LeadGrains.Grains.Residents;

/// <summary>Some of a table's slots, a bit for each, in rising order. One thread at a time.</summary>
internal sealed class SlotSet
{
    private const int WordBits = 64;

    private ulong[] _words = [];

    // No word before it has a slot.
    private int _first;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    public void Add(int slot)
    {
        var word = slot / WordBits;
        if (word >= _words.Length)
            Array.Resize(ref _words, Math.Max(word + 1, _words.Length * 2));
        var bit = 1UL << (slot % WordBits);
        Count += (_words[word] & bit) == 0 ? 1 : 0;
        _words[word] |= bit;
        _first = Math.Min(_first, word);
    }

    /// <summary>Takes the slot out, if it is there.</summary>
    public void Remove(int slot)
    {
        var word = slot / WordBits;
        if (word >= _words.Length)
            return;
        var bit = 1UL << (slot % WordBits);
        Count -= (_words[word] & bit) == 0 ? 0 : 1;
        _words[word] &= ~bit;
    }

    /// <summary>The lowest slot from one on, which stays; going round, so that after the highest comes the lowest.</summary>
    /// <returns>False where there is none at all.</returns>
    public bool TryFindFrom(int slot, out int found)
    {
        found = -1;
        return Count > 0 && (TryFind(slot / WordBits, ulong.MaxValue << (slot % WordBits), out found) || TryFind(_first, ulong.MaxValue, out found));
    }

    /// <summary>The lowest slot, which goes; false where there is none.</summary>
    public bool TryTake(out int slot)
    {
        for (; _first < _words.Length; _first++)
        {
            ref var word = ref _words[_first];
            if (word == 0)
                continue;
            slot = (_first * WordBits) + BitOperations.TrailingZeroCount(word);
            word &= word - 1;
            Count--;
            return true;
        }

        slot = -1;
        return false;
    }

    // The mask is that of the first word.
    private bool TryFind(int word, ulong mask, out int found)
    {
        for (; word < _words.Length; word++, mask = ulong.MaxValue)
        {
            var slots = _words[word] & mask;
            if (slots == 0)
                continue;
            found = (word * WordBits) + BitOperations.TrailingZeroCount(slots);
            return true;
        }

        found = -1;
        return false;
    }
}
