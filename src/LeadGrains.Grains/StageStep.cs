using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains;

/// <summary>A change of stage in a contact's history.</summary>
/// <param name="From">The stage held before.</param>
/// <param name="To">The stage held since.</param>
/// <param name="At">The instant that it was evaluated at.</param>
/// <param name="Reason">For people.</param>
/// <param name="Cause">What moved it.</param>
public sealed record StageStep(string From, string To, Instant At, string Reason, StageCause Cause);
