namespace LeadGrains.Benchmarks.Measuring;

/// <summary>What an experiment found: one table, whose columns are the measures of its rows.</summary>
/// <param name="Group">What it belongs to.</param>
/// <param name="Name">The work.</param>
/// <param name="Rows">The one that the others are compared with first.</param>
internal sealed record Outcome(string Group, string Name, IReadOnlyList<Row> Rows)
{
    /// <summary>Sentences under the table.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What it says of the promises.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <param name="group">What it belongs to.</param>
    /// <param name="name">The work.</param>
    /// <param name="compared">The measures that get a ratio: the figure divided by the first entrant's of the same round.</param>
    /// <param name="entrants">The limit or peer first; each with as many samples. One may have measures that another lacks.</param>
    public static Outcome Of(string group, string name, IReadOnlyList<Measure> compared, IReadOnlyList<Entrant> entrants) =>
        new(group, name, [.. entrants.Select(entrant => Row.Of(entrant, entrants[0], compared))]);

    public Row this[string row] => Rows.Single(each => each.Name == row);
}

/// <summary>One line of a table.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Figures">By measure, in the order of the columns.</param>
/// <param name="Ratios">To the first row's, by measure.</param>
internal sealed record Row(string Name, IReadOnlyList<(Measure Measure, Spread Spread)> Figures, IReadOnlyList<(Measure Measure, Spread Spread)> Ratios)
{
    public static Row Of(Entrant entrant, Entrant first, IReadOnlyList<Measure> compared) => new(
        entrant.Name,
        [.. entrant.Measures.Select(measure => (measure, Spread.Of(entrant.Samples.Select(sample => sample[measure]))))],
        [
            .. compared.Where(measure => entrant.Measures.Contains(measure) && first.Measures.Contains(measure))
                .Select(measure => (measure, Spread.Of(entrant.Samples.Zip(first.Samples, (mine, its) => mine[measure] / its[measure])))),
        ]);

    public Spread? Figure(Measure measure) => Figures.FirstOrDefault(figure => figure.Measure == measure).Spread;

    public Spread? Ratio(Measure measure) => Ratios.FirstOrDefault(ratio => ratio.Measure == measure).Spread;
}

/// <summary>Who or what was measured, with a sample for each round.</summary>
internal sealed record Entrant(string Name)
{
    public Entrant(string name, params IEnumerable<Sample> samples)
        : this(name) => Samples.AddRange(samples);

    public List<Sample> Samples { get; } = [];

    public IEnumerable<Measure> Measures => Samples[0].Measures;
}
