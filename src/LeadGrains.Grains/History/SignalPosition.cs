namespace LeadGrains.Grains.History;

/// <summary>A signal's place in its contact's history: its entry, and its place among the signals of a merge's entry.</summary>
internal readonly record struct SignalPosition(long Sequence, int Index)
{
    /// <summary>After every signal.</summary>
    public static SignalPosition End { get; } = new(long.MaxValue, 0);

    public bool IsBefore(SignalPosition other) =>
        Sequence < other.Sequence || (Sequence == other.Sequence && Index < other.Index);
}
