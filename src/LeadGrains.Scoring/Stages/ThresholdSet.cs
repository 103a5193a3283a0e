using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>
/// The thresholds of contacts or of accounts. Which of them a grain has reached is a byte, one bit for each by its place. One
/// that is reached asks for its lower level, so that a score about it does not flap.
/// </summary>
public sealed class ThresholdSet
{
    /// <summary>At most so many: a byte has no room for more.</summary>
    public const int Most = 8;

    internal ThresholdSet(ImmutableArray<Threshold> all) => All = all;

    /// <summary>The thresholds, as the document orders them; may be empty.</summary>
    public ImmutableArray<Threshold> All { get; }

    /// <summary>There is nothing to reach.</summary>
    public bool IsEmpty => All.IsEmpty;

    /// <summary>The threshold's place; -1 for a name that is none of these.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < All.Length; i++)
        {
            if (string.Equals(All[i].Name, name, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }

    /// <summary>Whether a set has the threshold of that place.</summary>
    public static bool Has(byte reached, int place) => (reached >> place & 1) != 0;

    /// <summary>A set with the threshold of that place turned round.</summary>
    public static byte Turned(byte reached, int place) => (byte)(reached ^ 1 << place);

    /// <summary>Those that should be reached.</summary>
    /// <param name="reached">Those that are.</param>
    /// <param name="fit">0 to 100.</param>
    /// <param name="intent">0 to 100.</param>
    /// <param name="total">0 to 100.</param>
    public byte Evaluate(byte reached, double fit, double intent, double total)
    {
        byte due = 0;
        for (var i = 0; i < All.Length; i++)
        {
            if (Value(All[i], fit, intent, total) >= (Has(reached, i) ? All[i].Leave : All[i].Enter))
                due = Turned(due, i);
        }

        return due;
    }

    /// <summary>The score that a threshold looks at.</summary>
    public static double Value(Threshold threshold, double fit, double intent, double total) => threshold.Score switch
    {
        ScoreKind.Fit => fit,
        ScoreKind.Intent => intent,
        _ => total,
    };
}
