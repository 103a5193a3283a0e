namespace LeadGrains.Scoring;

/// <summary>What became of a signal. The numbers are the API's.</summary>
public enum SignalOutcome
{
    /// <summary>Nothing; never given out.</summary>
    None = 0,

    /// <summary>At least one rule counted it.</summary>
    Counted = 1,

    /// <summary>No rule looks at such a signal.</summary>
    NoRule = 2,

    /// <summary>It had been recorded before.</summary>
    Duplicate = 3,

    /// <summary>The limits of every rule that it matches were reached.</summary>
    Limited = 4,

    /// <summary>A machine did it.</summary>
    Machine = 5,

    /// <summary>Rules that look at such a signal ask for something else of it.</summary>
    NoMatch = 6,

    /// <summary>Rules keep it towards points that need more signals; none counted it so far.</summary>
    Waiting = 7,
}
