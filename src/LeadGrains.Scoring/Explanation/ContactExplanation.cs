namespace LeadGrains.Scoring;

/// <summary>Why a contact has its score.</summary>
public static class ContactExplanation
{
    /// <summary>
    /// All parts of a contact's fit and intent points, fit first. Those of each dimension add up to it. A part of 0
    /// points stays if it counted a signal: people look for what earned nothing, too.
    /// </summary>
    /// <param name="model">The model that all was scored under.</param>
    /// <param name="traits">The contact's traits.</param>
    /// <param name="intent">Its points.</param>
    /// <param name="at">The explained instant.</param>
    /// <param name="duplicates">How many of its signals had been recorded before.</param>
    public static IReadOnlyList<ScorePart> Of(
        ScoringModel model, IReadOnlyDictionary<string, TraitValue> traits, IntentState intent, Instant at, ulong duplicates = 0)
    {
        var parts = Fit.Parts(model.ContactFit, traits);
        IntentExplanation.AddTo(parts, model, intent, duplicates, at);
        return parts;
    }
}
