namespace LeadGrains.Benchmarks.Measuring;

/// <summary>The same work done in several ways, in turns within one run, so that a busy machine slows all of them.</summary>
/// <param name="Group">What it belongs to; chosen on the command line.</param>
/// <param name="Name">The work.</param>
/// <param name="Limit">What the others are measured against.</param>
/// <param name="Others">The subjects.</param>
internal sealed record Comparison(string Group, string Name, Contender Limit, IReadOnlyList<Contender> Others)
{
    public async Task<Outcome> RunAsync(int rounds, TimeSpan slice, TimeSpan warmUp, TimeProvider clock)
    {
        Contender[] all = [Limit, .. Others];
        var samples = all.Select(_ => new List<Sample>()).ToArray();
        foreach (var contender in all)
        {
            await SliceAsync(contender, warmUp, clock);
        }

        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < all.Length; i++)
            {
                samples[i].Add(await SliceAsync(all[i], slice, clock));
            }
        }

        return new Outcome(Group, Name, [.. all.Select((contender, i) => Figures.Of(contender.Name, samples[i], samples[0]))]);
    }

    /// <summary>Lets one contender work without the others.</summary>
    /// <returns>How many operations it did.</returns>
    public async Task<long> RunAloneAsync(string name, TimeSpan length, TimeProvider clock) =>
        (await SliceAsync(new[] { Limit }.Concat(Others).Single(contender => contender.Name == name), length, clock)).Operations;

    private static async Task<Sample> SliceAsync(Contender contender, TimeSpan length, TimeProvider clock)
    {
        using var over = new CancellationTokenSource(length, clock);
        return await Sample.TakeAsync(() => contender.RunAsync(over.Token));
    }
}
