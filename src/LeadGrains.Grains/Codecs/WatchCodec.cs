using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>What bursts watch, as the rows keep it.</summary>
internal static class WatchCodec
{
    public static Stored.WatchState ToStored(BurstWatch watch)
    {
        var stored = new Stored.WatchState();
        long before = 0;
        var marked = false;
        foreach (var signal in watch.Signals)
        {
            stored.AtDeltas.Add(unchecked(signal.At.Ticks - before));
            before = signal.At.Ticks;
            stored.Senders.Add((uint)signal.Actor);
            marked |= signal.Actor != SignalActor.Person;
        }

        if (!marked)
            stored.Senders.Clear();
        var place = 0;
        foreach (var gift in watch.Gifts)
        {
            while (watch.Signals[place].At < gift.At)
                place++;
            stored.Gifts.Add(ToStored(gift, place));
        }

        return stored;
    }

    public static BurstWatch FromStored(Stored.WatchState stored)
    {
        var signals = new WatchedSignal[stored.AtDeltas.Count];
        long at = 0;
        for (var i = 0; i < signals.Length; i++)
        {
            at = unchecked(at + stored.AtDeltas[i]);
            signals[i] = new WatchedSignal(new Instant(at), stored.Senders.Count == 0 ? SignalActor.Person : (SignalActor)stored.Senders[i]);
        }

        return BurstWatch.Restore(signals, [.. stored.Gifts.Select(gift => FromStored(gift, signals))]);
    }

    private static Stored.WatchedGift ToStored(WatchedGift gift, int place)
    {
        var stored = new Stored.WatchedGift { Signal = (uint)place, Rule = (uint)gift.Rule, Outcome = (uint)gift.Outcome, Points = gift.Points };
        if (gift.About is { } about)
            stored.Object = about;
        return stored;
    }

    private static WatchedGift FromStored(Stored.WatchedGift gift, WatchedSignal[] signals) => new(
        signals[(int)gift.Signal].At, (int)gift.Rule, (RuleOutcome)gift.Outcome, gift.Points, gift.HasObject ? gift.Object : null);
}
