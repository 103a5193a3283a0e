using System.Runtime.InteropServices;

namespace LeadGrains.Scoring;

/// <summary>What one rule gave a grain, as it is stored.</summary>
/// <param name="Rule">The rule's place in the model.</param>
/// <param name="Points">What is left of its points at its group's instant, before cap and floor.</param>
/// <param name="Count">How many signals it counted; by `count` and `sequence`, how many awards it gave.</param>
/// <param name="Newest">The newest scoring instant among them.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RuleIntent(int Rule, double Points, uint Count, Instant Newest);
