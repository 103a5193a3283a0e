using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace LeadGrains.Scoring;

/// <summary>A model, or what is wrong with its document.</summary>
/// <param name="Model">Set where there are no problems.</param>
/// <param name="Problems">In the order of their places; at most 100.</param>
public sealed record ModelReadResult(ScoringModel? Model, ImmutableArray<ModelProblem> Problems)
{
    /// <summary>There is a model.</summary>
    [MemberNotNullWhen(true, nameof(Model))]
    public bool IsValid => Model is not null;
}
