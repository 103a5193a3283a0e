using Google.Protobuf.WellKnownTypes;
using LeadGrains.Scoring;
using LeadGrains.V1;
using Dimension = LeadGrains.V1.Dimension;
using ScorePart = LeadGrains.V1.ScorePart;

namespace LeadGrains.Host.Loading.Verification;

/// <summary>What is compared of every score and explanation, whoever's it is.</summary>
internal sealed class ScoreChecks(PlainModel model, Comparison comparison)
{
    /// <summary>Parts must add up to the score that they explain more closely than formulas must agree.</summary>
    private const double SumTolerance = 1e-9;

    public static long TicksOf(Timestamp timestamp) => Instant.FromDateTimeOffset(timestamp.ToDateTimeOffset()).Ticks;

    public void Score(string whose, PlainScore expected, Score actual, bool account)
    {
        comparison.Number($"fit of {whose}", expected.Fit, actual.Fit);
        comparison.Number($"intent points of {whose}", expected.IntentPoints, actual.IntentPoints);
        comparison.Number($"intent of {whose}", expected.Intent, actual.Intent);
        comparison.Number($"total of {whose}", expected.Total, actual.Total);
        comparison.Number($"velocity of {whose}", expected.Velocity.Points, actual.Velocity, expected.Velocity.Gross);
        comparison.That(GradeFits(expected, actual.Grade), $"grade of {whose} is {actual.Grade} at fit {expected.Fit} and intent {expected.Intent}");
        comparison.That(
            model.MayShow(actual.Stage, actual.Total, actual.Fit, account), $"stage of {whose} is {actual.Stage} at total {actual.Total} and fit {actual.Fit}");
    }

    public void Parts(string whose, IReadOnlyCollection<ScorePart> parts, Score score)
    {
        Sum(whose, "fit", Dimension.Fit, parts, score.Fit);
        Sum(whose, "intent points", Dimension.Intent, parts, score.IntentPoints);
    }

    public void Disqualified(string whose, string? expected, bool actual, string reason) => comparison.That(
        actual == (expected is not null) && reason == (expected ?? ""),
        $"{whose} is {(actual ? $"disqualified: {reason}" : "not disqualified")}, should be {(expected is null ? "not disqualified" : $"disqualified: {expected}")}");

    public void Last(string whose, long expectedTicks, Timestamp? actual)
    {
        var same = actual is null ? expectedTicks == long.MinValue : TicksOf(actual) == expectedTicks;
        comparison.That(same, $"last signal of {whose} is at {actual}");
    }

    private void Sum(string whose, string what, Dimension dimension, IReadOnlyCollection<ScorePart> parts, double expected)
    {
        var sum = parts.Where(part => part.Dimension == dimension).Sum(part => part.Points);
        comparison.That(
            Math.Abs(sum - expected) <= SumTolerance * Math.Max(1, Math.Abs(expected)), $"parts of {whose} add up to {what} {sum:R} and not to {expected:R}");
    }

    /// <summary>On a threshold, rounding may fall either way.</summary>
    private bool GradeFits(PlainScore score, string grade)
    {
        double[] sides = [-Comparison.Tolerance, Comparison.Tolerance];
        return sides.Any(f => sides.Any(i => model.Grade(score.Fit + f, score.Intent + i) == grade));
    }
}
