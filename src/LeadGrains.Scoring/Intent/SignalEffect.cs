namespace LeadGrains.Scoring;

/// <summary>What a signal did to a grain's points.</summary>
/// <param name="Matched">Some rule counted it: its conditions held and its limits were not reached. Else nothing changed.</param>
/// <param name="Engaged">
/// Some rule gave positive points for it, whatever a cap took away then, or keeps it towards an award of positive points.
/// </param>
public readonly record struct SignalEffect(bool Matched, bool Engaged)
{
    /// <summary>A program sent it by its user agent, whether or not a rule looks at its type: nobody has been active.</summary>
    public bool IsScanner { get; init; }
}
