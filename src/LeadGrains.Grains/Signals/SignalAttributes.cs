using LeadGrains.Scoring;

namespace LeadGrains.Grains.Signals;

/// <summary>
/// A signal's attributes, looked up in its bytes when a rule asks. Where a name comes twice, the last one counts, as
/// in protobuf.
/// </summary>
/// <param name="signal">A leadgrains.v1.Signal.</param>
public readonly ref struct SignalAttributes(ReadOnlySpan<byte> signal) : IAttributes
{
    private readonly ReadOnlySpan<byte> _signal = signal;

    /// <summary>The whole signal.</summary>
    public ReadOnlySpan<byte> Signal => _signal;

    /// <inheritdoc />
    public bool TryGet(ReadOnlySpan<byte> nameUtf8, out ReadOnlySpan<byte> valueUtf8)
    {
        var found = false;
        valueUtf8 = default;
        var at = 0;
        while (SignalParser.TryFindEntry(_signal, ref at, out var entry))
        {
            if (!SignalParser.TryReadEntry(_signal[..at], entry.Offset, out var name, out var value))
                break;
            if (!name.In(_signal).SequenceEqual(nameUtf8))
                continue;
            valueUtf8 = value.In(_signal);
            found = true;
        }

        return found;
    }
}
