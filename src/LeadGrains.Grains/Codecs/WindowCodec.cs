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

    public static Stored.WindowState ToStored(WindowState window)
    {
        var stored = new Stored.WindowState { Rule = (uint)window.Rule };
        if (window.Settled != Instant.Min)
            (stored.SettledTicks, stored.HasSettled) = (window.Settled.Ticks, true);
        long before = 0;
        var marked = false;
        foreach (var signal in window.Signals)
        {
            stored.AtDeltas.Add(unchecked(signal.At.Ticks - before));
            before = signal.At.Ticks;
            var mark = ((((uint)signal.Via << StepBits) | signal.Step) << UseBits) | (uint)signal.Use;
            stored.Marks.Add(mark);
            marked |= mark != 0;
        }

        if (!marked)
            stored.Marks.Clear();
        return stored;
    }

    public static WindowState FromStored(Stored.WindowState stored)
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

        return WindowState.Restore((int)stored.Rule, stored.HasSettled ? new Instant(stored.SettledTicks) : Instant.Min, signals);
    }
}
