using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>What windowed rules keep, as the rows keep it.</summary>
internal static class WindowCodec
{
    // A use takes two bits, a step three, a channel the rest.
    private const int UseBits = 2;
    private const int StepBits = 3;
    private const uint StepMask = (1 << StepBits) - 1;
    private const uint UseMask = (1 << UseBits) - 1;

    public static void Write(MessageWriter to, int field, WindowState window)
    {
        var begun = to.Begin(field);
        to.Number(Stored.WindowState.RuleFieldNumber, window.Rule);
        if (window.Settled != Instant.Min)
        {
            to.Number(Stored.WindowState.SettledTicksFieldNumber, window.Settled.Ticks);
            to.Truth(Stored.WindowState.HasSettledFieldNumber, true);
        }

        if (!window.Signals.IsEmpty)
            WriteSignals(to, window.Signals);
        to.End(begun);
    }

    public static WindowStates FromStored(IEnumerable<Stored.WindowState> stored, ListArena? arena)
    {
        var windows = default(WindowStates);
        foreach (var window in stored)
        {
            var settled = window.HasSettled ? new Instant(window.SettledTicks) : Instant.Min;
            windows.Restore(arena, (int)window.Rule, settled, Signals(window));
        }

        return windows;
    }

    private static KeptSignal[] Signals(Stored.WindowState stored)
    {
        var signals = new KeptSignal[stored.AtDeltas.Count];
        long at = 0;
        for (var i = 0; i < signals.Length; i++)
        {
            at = unchecked(at + stored.AtDeltas[i]);
            var mark = stored.Marks.Count == 0 ? 0 : stored.Marks[i];
            var channel = (byte)(mark >> (UseBits + StepBits));
            var step = (byte)((mark >> UseBits) & StepMask);
            signals[i] = new KeptSignal(new Instant(at), step, channel, (SignalUse)(mark & UseMask));
        }

        return signals;
    }

    private static void WriteSignals(MessageWriter to, ReadOnlySpan<KeptSignal> signals)
    {
        var deltas = to.Begin(Stored.WindowState.AtDeltasFieldNumber);
        long before = 0;
        uint marked = 0;
        foreach (var signal in signals)
        {
            to.SignedItem(unchecked(signal.At.Ticks - before));
            before = signal.At.Ticks;
            marked |= MarkOf(signal);
        }

        to.End(deltas);
        if (marked == 0)
            return;
        var marks = to.Begin(Stored.WindowState.MarksFieldNumber);
        foreach (var signal in signals)
            to.Item(MarkOf(signal));
        to.End(marks);
    }

    private static uint MarkOf(KeptSignal signal) => ((((uint)signal.Via << StepBits) | signal.Step) << UseBits) | (uint)signal.Use;
}
