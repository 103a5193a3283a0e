using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>What bursts watch, as the rows keep it.</summary>
internal static class WatchCodec
{
    public static void Write(MessageWriter to, int field, in BurstWatch watch)
    {
        var begun = to.Begin(field);
        if (!watch.Signals.IsEmpty)
            WriteSignals(to, watch.Signals);
        var place = 0;
        foreach (var gift in watch.Gifts)
        {
            while (watch.Signals[place].At < gift.At)
                place++;
            Write(to, gift, place);
        }

        to.End(begun);
    }

    public static BurstWatch FromStored(Stored.WatchState stored, ListArena? arena)
    {
        var signals = new WatchedSignal[stored.AtDeltas.Count];
        long at = 0;
        for (var i = 0; i < signals.Length; i++)
        {
            at = unchecked(at + stored.AtDeltas[i]);
            signals[i] = new WatchedSignal(new Instant(at), stored.Senders.Count == 0 ? SignalActor.Person : (SignalActor)stored.Senders[i]);
        }

        return BurstWatch.Restore(arena, signals, [.. stored.Gifts.Select(gift => FromStored(gift, signals))]);
    }

    private static void WriteSignals(MessageWriter to, ReadOnlySpan<WatchedSignal> signals)
    {
        var deltas = to.Begin(Stored.WatchState.AtDeltasFieldNumber);
        long before = 0;
        var marked = false;
        foreach (var signal in signals)
        {
            to.SignedItem(unchecked(signal.At.Ticks - before));
            before = signal.At.Ticks;
            marked |= signal.Actor != SignalActor.Person;
        }

        to.End(deltas);
        if (!marked)
            return;
        var senders = to.Begin(Stored.WatchState.SendersFieldNumber);
        foreach (var signal in signals)
            to.Item((uint)signal.Actor);
        to.End(senders);
    }

    private static void Write(MessageWriter to, in WatchedGift gift, int place)
    {
        var begun = to.Begin(Stored.WatchState.GiftsFieldNumber);
        to.Number(Stored.WatchedGift.SignalFieldNumber, place);
        to.Number(Stored.WatchedGift.RuleFieldNumber, gift.Rule);
        to.Number(Stored.WatchedGift.OutcomeFieldNumber, (int)gift.Outcome);
        to.Double(Stored.WatchedGift.PointsFieldNumber, gift.Points);
        if (gift.About is { } about)
            to.Fixed64Always(Stored.WatchedGift.ObjectFieldNumber, about);
        to.End(begun);
    }

    private static WatchedGift FromStored(Stored.WatchedGift gift, WatchedSignal[] signals) => new(
        signals[(int)gift.Signal].At, (int)gift.Rule, (RuleOutcome)gift.Outcome, gift.Points, gift.HasObject ? gift.Object : null);
}
