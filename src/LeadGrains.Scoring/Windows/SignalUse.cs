namespace LeadGrains.Scoring;

/// <summary>What became of a signal that a windowed rule keeps. The numbers are stored.</summary>
public enum SignalUse : byte
{
    /// <summary>Nothing yet: an award to come may use it.</summary>
    Free = 0,

    /// <summary>An award uses it, whose points are given at a later signal.</summary>
    Used = 1,

    /// <summary>It completes an award: the rule's points are given at its instant.</summary>
    Awarded = 2,
}
