namespace LeadGrains.Scoring;

/// <summary>What a model makes of an account without traits.</summary>
/// <param name="Fit">0 to 100.</param>
/// <param name="IsDisqualified">It is left out of rankings.</param>
public sealed record UnknownAccount(double Fit, bool IsDisqualified)
{
    internal static UnknownAccount Of(ScoringModel model)
    {
        var noTraits = new Dictionary<string, TraitValue>(StringComparer.Ordinal);
        return new UnknownAccount(
            Scoring.Fit.Of(model.AccountFit, noTraits), Disqualifier.FirstOf(model.AccountDisqualifiers, noTraits) is not null);
    }
}
