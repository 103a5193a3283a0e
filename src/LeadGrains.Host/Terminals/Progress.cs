namespace LeadGrains.Host.Terminals;

/// <summary>How far a piece of work is. Written by the work, read by the screen.</summary>
internal sealed class Progress
{
    private State _state = new("starting", null);

    public string Text => Volatile.Read(ref _state).Text;

    /// <summary>0 to 1; null while the end is not known.</summary>
    public double? Fraction => Volatile.Read(ref _state).Fraction;

    public void Report(string text, double? fraction = null) =>
        Volatile.Write(ref _state, new State(text, fraction is { } part ? Math.Clamp(part, 0, 1) : null));

    private sealed record State(string Text, double? Fraction);
}
