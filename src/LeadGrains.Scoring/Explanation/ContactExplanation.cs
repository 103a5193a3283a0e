namespace LeadGrains.Scoring;

/// <summary>Why a contact has its score.</summary>
public static class ContactExplanation
{
    /// <summary>
    /// All parts of a contact's fit and intent points, fit first. Those of each dimension add up to it. A part of 0
    /// points stays if it counted a signal: people look for what earned nothing, too.
    /// </summary>
    public static IReadOnlyList<ScorePart> Of(
        ScoringModel model, IReadOnlyDictionary<string, TraitValue> traits, IntentState intent, Instant at)
    {
        var parts = Fit.Parts(model.ContactFit, traits);
        IntentExplanation.AddTo(parts, model, intent, at);
        return parts;
    }
}
