using LeadGrains.Grains.Requests;
using LeadGrains.Scoring;

namespace LeadGrains.Grains;

/// <summary>Puts an account and its contacts' parts together, of now and of the past alike.</summary>
internal static class AccountExplanations
{
    /// <summary>The explanation, its score stated by its parts: they may have been gathered a moment after the account was read.</summary>
    public static AccountExplanationView Of(ScoringModel model, AccountAnswer answer, IReadOnlyList<ContactParts> contacts)
    {
        var factor = Breadth.Factor(model, answer.View.EngagedContacts);
        var together = AccountExplanation.Together(answer.OwnParts, contacts, factor);
        return new AccountExplanationView(answer.View with { Score = Restated(model, answer.View.Score, together) }, together);
    }

    /// <summary>What stands for contacts that an explanation has no room for.</summary>
    public static ContactParts Others(int contacts, double points)
    {
        var part = new ScorePart(
            ScorePart.Others, $"{contacts} more contacts", Dimension.Intent, "", points, (uint)contacts, null, "");
        return new ContactParts("", 1, [part]);
    }

    private static ScoreView Restated(ScoringModel model, ScoreView score, IReadOnlyList<ScorePart> parts)
    {
        var points = parts.Where(part => part.Dimension == Dimension.Intent).Sum(part => part.Points);
        var intent = Scores.Intent(points, model.HalfPoint(account: true));
        return score with
        {
            IntentPoints = points,
            Intent = intent,
            Total = Scores.Total(model, score.Fit, intent),
            Grade = Scores.Grade(model, score.Fit, intent),
        };
    }
}
