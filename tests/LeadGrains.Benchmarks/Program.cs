using System.CommandLine;
using LeadGrains.Benchmarks.Engine;
using LeadGrains.Benchmarks.Grpc;
using LeadGrains.Benchmarks.Measuring;

var groups = new Argument<string[]>("group") { Description = "What to measure: grpc, engine. All where none is named.", Arity = ArgumentArity.ZeroOrMore };
groups.AcceptOnlyFromAmong("grpc", "engine");
var name = new Option<string?>("--name") { Description = "Only comparisons whose name contains this." };
var alone = new Option<string?>("--alone") { Description = "Runs only this contender, and says how many operations it did: for a profiler." };
var rounds = new Option<int>("--rounds") { Description = "Turns that each contender takes.", DefaultValueFactory = _ => 5 };
var seconds = new Option<double>("--seconds") { Description = "Length of a turn.", DefaultValueFactory = _ => 2 };
var output = new Option<DirectoryInfo?>("--output") { Description = "Folder for benchmarks.md and benchmarks.json." };
var command = new RootCommand("Measures LeadGrains against its limits and peers, as ratios within one run.") { groups, name, alone, rounds, seconds, output };
command.SetAction(async (parsed, cancellationToken) =>
{
    var clock = TimeProvider.System;
    var slice = TimeSpan.FromSeconds(parsed.GetValue(seconds));
    var wanted = parsed.GetValue(groups) ?? [];
    var outcomes = new List<Outcome>();
    await RunAsync("grpc", EchoServers.StartAsync, GrpcComparisons.All);
    await RunAsync("engine", () => EngineWork.StartAsync(contacts: 100_000, accounts: 10_000), EngineComparisons.All);
    if (outcomes.Count == 0)
    {
        return;
    }

    var report = new Report(clock.GetUtcNow(), Report.ThisMachine, outcomes);
    Console.WriteLine(report.ToMarkdown());
    if (parsed.GetValue(output) is { } folder)
    {
        folder.Create();
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "benchmarks.md"), report.ToMarkdown(), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "benchmarks.json"), report.ToJson(), cancellationToken);
    }

    async Task RunAsync<TWork>(string group, Func<Task<TWork>> start, Func<TWork, IEnumerable<Comparison>> all)
        where TWork : IAsyncDisposable
    {
        if (wanted.Length > 0 && !wanted.Contains(group))
        {
            return;
        }

        await using var work = await start();
        foreach (var comparison in all(work))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!comparison.Name.Contains(parsed.GetValue(name) ?? "", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            await Console.Error.WriteLineAsync($"{group}: {comparison.Name}");
            if (parsed.GetValue(alone) is { } contender)
                Console.WriteLine(await comparison.RunAloneAsync(contender, parsed.GetValue(rounds) * slice, clock));
            else
                outcomes.Add(await comparison.RunAsync(parsed.GetValue(rounds), slice, 2 * slice, clock));
        }
    }
});
return await command.Parse(args).InvokeAsync();
