namespace LeadGrains.EndToEnd.Tests.Crash;

/// <summary>Scores recomputed from the signals sent, by the formulas that the model's document promises.</summary>
internal static class Expectation
{
    private const double EngagedHalfLifeDays = 30, BreadthStep = 0.25, BreadthMax = 2;

    public static double Points(IEnumerable<SentSignal> signals, DateTimeOffset at) =>
        signals.Sum(signal => signal.Kind.Worth.Sum(worth => worth.Points * Fade(at - signal.OccurredAt, worth.HalfLifeDays)));

    /// <summary>Each person counts 1 at their last signal that brought points, and fades from there.</summary>
    public static double Engaged(IEnumerable<IGrouping<Person?, SentSignal>> people, DateTimeOffset at) =>
        people.Select(signals => signals.Where(signal => signal.Kind.Engages).ToList())
            .Where(engaging => engaging.Count > 0)
            .Sum(engaging => Fade(at - engaging.Max(signal => signal.OccurredAt), EngagedHalfLifeDays));

    public static double AccountPoints(IEnumerable<SentSignal> company, DateTimeOffset at)
    {
        var people = company.Where(signal => signal.Who is not null).GroupBy(signal => signal.Who).ToList();
        var factor = Math.Min(BreadthMax, 1 + (BreadthStep * Math.Max(0, Engaged(people, at) - 1)));
        var fromPeople = people.Sum(signals => signals.Key!.RoleWeight * Points(signals, at));
        return (factor * fromPeople) + Points(company.Where(signal => signal.Who is null), at);
    }

    private static double Fade(TimeSpan age, double halfLifeDays) => Math.Pow(2, -age.TotalDays / halfLifeDays);
}
