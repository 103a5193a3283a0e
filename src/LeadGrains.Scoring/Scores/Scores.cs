namespace LeadGrains.Scoring;

/// <summary>From points and fit to the numbers that people see.</summary>
public static class Scores
{
    /// <summary>Intent, 0 to 100: 100 · (1 − 2^(−points / half point)), and 0 for no points or fewer.</summary>
    public static double Intent(double points, double halfPoint) =>
        points > 0 ? 100 * (1 - Exp2.Of(-points / halfPoint)) : 0;

    /// <summary>Fit and intent combined by the model's weights, 0 to 100.</summary>
    public static double Total(ScoringModel model, double fit, double intent) =>
        model.FitWeight * fit + model.IntentWeight * intent;

    /// <summary>Fit as a letter and intent as a number, such as "A1".</summary>
    public static string Grade(ScoringModel model, double fit, double intent) => model.Grade.Of(fit, intent);
}
