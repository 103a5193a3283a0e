using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Collect;

/// <summary>A message of an SDK that was not taken, or not all of it. Nothing of what it tells of a person is in it.</summary>
/// <param name="At">When it was received.</param>
/// <param name="Path">Where it was sent to.</param>
/// <param name="MessageId">The sender's id for it, cut; empty where it has none.</param>
/// <param name="Type">The sender's word for what it is, cut; empty where it has none.</param>
/// <param name="Fault">Why.</param>
internal sealed record Refusal(Instant At, string Path, string MessageId, string Type, Checks.ItemFault Fault);
