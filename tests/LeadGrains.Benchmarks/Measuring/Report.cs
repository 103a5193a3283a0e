namespace LeadGrains.Benchmarks.Measuring;

/// <summary>One run.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Machine">Where.</param>
/// <param name="Outcomes">What was measured, in its order.</param>
/// <param name="LeftOut">What could not be measured, and why.</param>
internal sealed record Report(DateTimeOffset At, Machine Machine, IReadOnlyList<Outcome> Outcomes, IReadOnlyList<string> LeftOut)
{
    public IEnumerable<Finding> FindingsOf(Promise promise) =>
        Outcomes.SelectMany(outcome => outcome.Findings).Where(finding => finding.Promise == promise);
}
