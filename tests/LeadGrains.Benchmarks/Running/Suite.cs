using LeadGrains.Benchmarks.Measuring;

namespace LeadGrains.Benchmarks.Running;

/// <summary>
/// One run: the groups that are wanted, one after the other. A group is added by one line in Program.cs:
/// <c>await suite.RunAsync("name", start, all)</c>, where <c>start</c> makes whatever its experiments share and
/// <c>all</c> gives them. What either of them cannot measure it says by <see cref="NotMeasuredException"/>.
/// </summary>
internal sealed class Suite(Settings settings, CancellationToken cancellationToken)
{
    // Looked at before anything runs: afterwards the disk is still busy with what was written and removed.
    private readonly Machine _machine = Machine.Look(settings.Data);
    private readonly List<Outcome> _outcomes = [];
    private readonly List<string> _left = [];

    /// <summary>Something broke; what was merely missing does not count.</summary>
    public bool HasFailed { get; private set; }

    public async Task RunAsync<TWork>(string group, Func<Task<TWork>> start, Func<TWork, IEnumerable<Experiment>> all)
        where TWork : IAsyncDisposable
    {
        if (settings.Groups.Count > 0 && !settings.Groups.Contains(group))
        {
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        await Progress.SayAsync($"{group}: preparing");
        try
        {
            await using var work = await start();
            foreach (var experiment in all(work).Where(each => each.Name.Contains(settings.Name, StringComparison.OrdinalIgnoreCase)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await RunAsync(experiment);
            }
        }
        catch (Exception why) when (!cancellationToken.IsCancellationRequested)
        {
            await LeaveOutAsync(group, why);
        }
    }

    /// <summary>Shows the report, and writes it where that was asked for.</summary>
    public async Task ReportAsync()
    {
        if (_outcomes.Count == 0 && _left.Count == 0)
        {
            return;
        }

        var report = new Report(settings.Turns.Clock.GetUtcNow(), _machine, _outcomes, _left);
        var text = MarkdownReport.Of(report);
        Console.WriteLine(text);
        if (settings.Output is { } folder)
        {
            folder.Create();
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "benchmarks.md"), text, cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "benchmarks.json"), JsonReport.Of(report), cancellationToken);
        }
    }

    private async Task RunAsync(Experiment experiment)
    {
        await Progress.SayAsync($"{experiment.Group}: {experiment.Name}");
        try
        {
            if (settings.Alone is null)
                _outcomes.Add(await experiment.RunAsync(settings.Turns, cancellationToken));
            else if (experiment is Comparison comparison)
                Console.WriteLine(await comparison.RunAloneAsync(settings.Alone, settings.Turns, cancellationToken));
        }
        catch (Exception why) when (!cancellationToken.IsCancellationRequested)
        {
            await LeaveOutAsync($"{experiment.Group}: {experiment.Name}", why);
        }
    }

    // What fails is no reason to lose what has been measured already; the run's exit code tells of it.
    private async Task LeaveOutAsync(string what, Exception why)
    {
        HasFailed |= why is not NotMeasuredException;
        _left.Add(why is NotMeasuredException ? $"{what}: {why.Message}" : $"{what}: FAILED: {why.Message}");
        await Progress.SayAsync(why is NotMeasuredException ? $"left out: {_left[^1]}" : $"{what}: FAILED: {why}");
    }
}
