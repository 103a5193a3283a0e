namespace LeadGrains.Scoring;

/// <summary>Who did what a watched signal says. The numbers are stored.</summary>
public enum SignalActor : byte
{
    /// <summary>A person, for all that is known, and no rule gave positive points.</summary>
    Person = 0,

    /// <summary>A person, for all that is known, and a rule gave positive points.</summary>
    EngagedPerson = 1,

    /// <summary>A machine.</summary>
    Machine = 2,
}
