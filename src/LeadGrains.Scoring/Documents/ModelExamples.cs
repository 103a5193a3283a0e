using static LeadGrains.Scoring.Markdown;

namespace LeadGrains.Scoring;

/// <summary>Worked examples, computed from the model.</summary>
internal static class ModelExamples
{
    private const double ExampleFit = 70;

    public static void Write(Markdown text, ScoringModel model)
    {
        var rules = model.Rules.Where(rule => rule is { IsPlain: true, Points: > 0 }).OrderByDescending(rule => rule.Points).ToList();
        if (rules.Count == 0)
            return;
        text.Heading(2, "Examples");
        var strongest = rules[0];
        var group = model.Groups[strongest.Group];
        text.Paragraph($"A contact with a fit of {Number(ExampleFit)} does one thing: *{strongest.Label}*, worth {Count(strongest.Points, "point")} in {Code(group.Name)}.");
        text.Table(
            ["when", "points", "intent", "total", "grade"],
            Enumerable.Range(0, 3).Select(halfLives => Row(model, group, strongest, halfLives)));
        if (rules.Count > 1)
            WriteTwo(text, model, rules[^1], strongest);
    }

    private static string[] Row(ScoringModel model, ScoringGroup group, ScoringRule rule, int halfLives)
    {
        var points = group.Bounded(rule.Points) * Math.Pow(2, -halfLives);
        var intent = Scores.Intent(points, model.HalfPoint(account: false));
        var when = halfLives == 0 ? "at once" : $"{Duration(halfLives * group.HalfLife.ToTimeSpan())} later";
        return [when, Number(points), Number(intent), Number(Scores.Total(model, ExampleFit, intent)), Scores.Grade(model, ExampleFit, intent)];
    }

    // The same number of signals that mean little does not reach one that means much.
    private static void WriteTwo(Markdown text, ScoringModel model, ScoringRule weakest, ScoringRule strongest)
    {
        const int Times = 100;
        var group = model.Groups[weakest.Group];
        var counted = Math.Min(Times, weakest.PerDay ?? Times);
        var points = group.Bounded(counted * weakest.Points);
        var intent = Scores.Intent(points, model.HalfPoint(account: false));
        text.Paragraph(
            $"*{weakest.Label}* {Times} times on one day: {counted} count for {Number(weakest.Points)} each, and {Code(group.Name)} then holds {Count(points, "point")}, so intent is {Number(intent)}. *{strongest.Label}* once makes {Number(Scores.Intent(model.Groups[strongest.Group].Bounded(strongest.Points), model.HalfPoint(account: false)))}.");
    }
}
