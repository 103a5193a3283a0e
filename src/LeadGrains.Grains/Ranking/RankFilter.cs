namespace LeadGrains.Grains.Ranking;

/// <summary>What a row must be to be ranked. All conditions must hold; an empty list or null holds for everything.</summary>
public sealed record RankFilter
{
    /// <summary>Holds for everything that is not disqualified.</summary>
    public static RankFilter None { get; } = new();

    /// <summary>Names of stages as they are shown, of which any one suffices.</summary>
    public IReadOnlyList<string> Stages { get; init; } = [];

    /// <summary>Grades such as "A1", of which any one suffices.</summary>
    public IReadOnlyList<string> Grades { get; init; } = [];

    /// <summary>Total at or above.</summary>
    public double? MinTotal { get; init; }

    /// <summary>Fit at or above.</summary>
    public double? MinFit { get; init; }

    /// <summary>Intent at or above.</summary>
    public double? MinIntent { get; init; }

    /// <summary>Accepted values by trait. They compare as text, ignoring case; a trait that is a list matches by any element.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Traits { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Whether those that are disqualified are ranked as well.</summary>
    public bool IncludeDisqualified { get; init; }

    /// <summary>Only what had a signal, and none for as long as the model says.</summary>
    public bool Dormant { get; init; }

    /// <summary>Only accounts that gain far more points than in the days before. No contact ever does.</summary>
    public bool Surging { get; init; }
    /// <summary>Whether only contacts without an account are ranked. No account has the flag that it looks at.</summary>
    public bool Unmatched { get; init; }
}
