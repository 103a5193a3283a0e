using System.Numerics;

namespace LeadGrains.Grains.Residents;

/// <summary>Some of a table's slots, a bit for each; they come out in rising order. One thread at a time.</summary>
internal sealed class SlotSet
{
    private const int WordBits = 64;

    private ulong[] _words = [];

    // No word before it has a slot.
    private int _first;

    public void Add(int slot)
    {
        var word = slot / WordBits;
        if (word >= _words.Length)
            Array.Resize(ref _words, Math.Max(word + 1, _words.Length * 2));
        _words[word] |= 1UL << (slot % WordBits);
        _first = Math.Min(_first, word);
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
            return true;
        }

        slot = -1;
        return false;
    }
}
