namespace LeadGrains.Scoring;

/// <summary>What a rule made of a signal of a type that it looks at. The numbers are stored.</summary>
public enum RuleOutcome
{
    /// <summary>It gave its points, or keeps the signal towards an award.</summary>
    Counted = 0,

    /// <summary>Its conditions did not hold.</summary>
    NoMatch = 1,

    /// <summary>The attribute that its `scale` reads is missing or no number.</summary>
    NoNumber = 2,

    /// <summary>As many signals as `per_day` lets had counted on that UTC day.</summary>
    DayFull = 3,

    /// <summary>By `once_per`, a signal of the same object had counted.</summary>
    SeenBefore = 4,

    /// <summary>It is older than all that a full list of `count`, `sequence` or `diminishing` keeps.</summary>
    TooOld = 5,

    /// <summary>By `latest`, a newer signal counts in its place.</summary>
    Superseded = 6,

    /// <summary>A machine did it.</summary>
    Machine = 7,

    /// <summary>By `count` or `sequence`: it is kept, and no award has used it so far. Said of signals that are listed; never stored.</summary>
    Waiting = 8,
}
