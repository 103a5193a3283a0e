namespace LeadGrains.Benchmarks.Measuring;

/// <summary>
/// What fills one table of the report. A <see cref="Comparison"/> lets contenders take turns at the same work; a
/// <see cref="Trial"/> is anything else that ends with an outcome.
/// </summary>
/// <param name="Group">What it belongs to; chosen on the command line.</param>
/// <param name="Name">The work.</param>
internal abstract record Experiment(string Group, string Name)
{
    public abstract Task<Outcome> RunAsync(Turns turns, CancellationToken cancellationToken);
}

/// <summary>How often and how long contenders work.</summary>
/// <param name="Rounds">Turns of each contender.</param>
/// <param name="Slice">Length of a turn.</param>
/// <param name="Clock">The time.</param>
internal sealed record Turns(int Rounds, TimeSpan Slice, TimeProvider Clock)
{
    /// <summary>Before the first turn, not measured: both sides are still compiling.</summary>
    public TimeSpan WarmUp => 2 * Slice;
}

/// <summary>An experiment with a course of its own. What it cannot measure it says by <see cref="NotMeasuredException"/>.</summary>
internal sealed record Trial(string Group, string Name, Func<Turns, CancellationToken, Task<Outcome>> Course) : Experiment(Group, Name)
{
    public override Task<Outcome> RunAsync(Turns turns, CancellationToken cancellationToken) => Course(turns, cancellationToken);
}

/// <summary>
/// Something that is needed is missing, so the group, or the experiment, is left out. The report repeats the message.
/// </summary>
internal sealed class NotMeasuredException(string why) : Exception(why);
