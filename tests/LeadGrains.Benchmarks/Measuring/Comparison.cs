namespace LeadGrains.Benchmarks.Measuring;

/// <summary>
/// The same work done in several ways, in turns within one run, so that a busy machine slows all of them. Ratios are taken
/// round by round.
/// </summary>
/// <param name="Group">What it belongs to; chosen on the command line.</param>
/// <param name="Name">The work.</param>
/// <param name="Limit">What the others are measured against.</param>
/// <param name="Others">The subjects.</param>
internal sealed record Comparison(string Group, string Name, Contender Limit, IReadOnlyList<Contender> Others) : Experiment(Group, Name)
{
    /// <summary>The measures that get a ratio to the limit's.</summary>
    public IReadOnlyList<Measure> Compared { get; init; } = [Measure.PerSecond, Measure.Processor];

    /// <summary>Makes ready what the contenders share, before the first turn.</summary>
    public Func<CancellationToken, Task> BeginAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>What the outcome says of the promises.</summary>
    public Func<Outcome, IEnumerable<Finding>> Find { get; init; } = _ => [];

    /// <summary>Sentences under the table.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    private Contender[] All => [Limit, .. Others];

    public override async Task<Outcome> RunAsync(Turns turns, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        var entrants = All.Select(contender => new Entrant(contender.Name)).ToArray();
        foreach (var contender in All)
        {
            await TakeAsync(contender, turns.WarmUp, turns.Clock, cancellationToken);
        }

        for (var round = 0; round < turns.Rounds; round++)
        {
            foreach (var (contender, entrant) in All.Zip(entrants))
            {
                entrant.Samples.Add(await TakeAsync(contender, turns.Slice, turns.Clock, cancellationToken));
            }
        }

        var outcome = Outcome.Of(Group, Name, Compared, entrants);
        return outcome with { Findings = [.. Find(outcome)], Notes = Notes };
    }

    /// <summary>Lets one contender work without the others: for a profiler.</summary>
    public async Task<Sample> RunAloneAsync(string name, Turns turns, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        return await TakeAsync(All.Single(contender => contender.Name == name), turns.Rounds * turns.Slice, turns.Clock, cancellationToken);
    }

    private static async Task<Sample> TakeAsync(Contender contender, TimeSpan length, TimeProvider clock, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var time = new CancellationTokenSource(length, clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        var sample = await contender.TakeAsync(over.Token);
        cancellationToken.ThrowIfCancellationRequested();
        return sample;
    }
}
