using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;
using System.Text;

namespace LeadGrains.Scoring;

/// <summary>Finds the rules of a signal's type from its UTF-8 bytes with one hash and no string.</summary>
internal sealed class RuleTable
{
    private readonly Slot[] _slots;
    private readonly ScoringRule[] _rules;

    /// <param name="rules">The rules.</param>
    /// <param name="watched">Types that bursts watch, whether a rule names them or not.</param>
    public RuleTable(ImmutableArray<ScoringRule> rules, ImmutableArray<string> watched)
    {
        var byType = rules
            .SelectMany(rule => rule.SignalTypes, (rule, type) => (rule, type))
            .GroupBy(pair => pair.type, pair => pair.rule, StringComparer.Ordinal)
            .ToList();
        SignalTypes = [.. byType.Select(type => type.Key)];
        string[] unscored = [.. watched.Except(SignalTypes, StringComparer.Ordinal)];
        _rules = [.. byType.SelectMany(type => type)];
        // At most half full, so that a type which no rule names meets an empty slot soon.
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)Math.Max(2 * (byType.Count + unscored.Length), 2))];
        var start = 0;
        foreach (var type in byType)
        {
            var count = type.Count();
            Insert(new Slot(Encoding.UTF8.GetBytes(type.Key), start, count, watched.Contains(type.Key, StringComparer.Ordinal)));
            start += count;
        }

        foreach (var type in unscored)
            Insert(new Slot(Encoding.UTF8.GetBytes(type), 0, 0, IsWatched: true));
    }

    public ImmutableArray<string> SignalTypes { get; }

    public ReadOnlySpan<ScoringRule> Of(ReadOnlySpan<byte> signalTypeUtf8, out bool isWatched)
    {
        isWatched = false;
        var slots = _slots;
        var mask = slots.Length - 1;
        for (var i = HashOf(signalTypeUtf8) & mask; ; i = (i + 1) & mask)
        {
            ref readonly var slot = ref slots[i];
            if (slot.Type is null)
                return [];
            if (signalTypeUtf8.SequenceEqual(slot.Type))
            {
                isWatched = slot.IsWatched;
                return _rules.AsSpan(slot.Start, slot.Count);
            }
        }
    }

    private void Insert(Slot slot)
    {
        var mask = _slots.Length - 1;
        var i = HashOf(slot.Type) & mask;
        while (_slots[i].Type is not null)
            i = (i + 1) & mask;
        _slots[i] = slot;
    }

    // The first and last eight bytes and the length tell the types of a model apart well enough; the table is small
    // and fixed, so whoever sends colliding types gains nothing.
    private static int HashOf(ReadOnlySpan<byte> type)
    {
        ulong first;
        ulong last;
        if (type.Length >= sizeof(ulong))
        {
            first = BinaryPrimitives.ReadUInt64LittleEndian(type);
            last = BinaryPrimitives.ReadUInt64LittleEndian(type[^sizeof(ulong)..]);
        }
        else
        {
            first = 0;
            foreach (var value in type)
                first = (first << 8) | value;
            last = 0;
        }

        var mixed = (first ^ BitOperations.RotateLeft(last, 23) ^ (ulong)type.Length) * 0x9E3779B97F4A7C15;
        return (int)(mixed >> 33);
    }

    private readonly record struct Slot(byte[] Type, int Start, int Count, bool IsWatched);
}
