namespace LeadGrains.Scoring;

/// <summary>What a condition asks of one value. Text compares ordinally, ignoring case.</summary>
internal abstract class ValueTest
{
    /// <summary>What it asks, for people, to follow the attribute's name.</summary>
    public abstract string Asks { get; }

    /// <summary>Whether it holds for an attribute's value.</summary>
    public abstract bool Holds(ReadOnlySpan<byte> valueUtf8);

    /// <summary>Whether it holds for a trait's value that is no list.</summary>
    public abstract bool Holds(TraitValue value);
}
