using System.Collections.Concurrent;

namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>Runs of simulators: each part of each ends in time, or says with which seed it did not and how things stood.</summary>
internal static class SimulatorRun
{
    // Of real time, for one part of a run, on a machine that does much else. Only what never comes takes so long.
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan DescribedWithin = TimeSpan.FromSeconds(20);

    // Some parts block the thread that they are on, as an end that waits for loops does: others must not wait for a thread.
    private const int Threads = 64;

    /// <summary>Does so many runs, so many of them at once.</summary>
    public static async Task<IReadOnlyList<T>> EachAsync<T>(IEnumerable<int> seeds, int atOnce, Func<int, Task<T>> run)
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(Threads, workers), ports);
        var results = new ConcurrentBag<T>();
        await Parallel.ForEachAsync(
            seeds, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (seed, _) => results.Add(await run(seed)));
        return [.. results];
    }

    /// <summary>One run: so many steps, and a comparison.</summary>
    /// <param name="seed">Its seed.</param>
    /// <param name="start">Starts the simulator.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="result">What is to be known of it afterwards.</param>
    public static async Task<TResult> OfAsync<TSimulator, TResult>(
        int seed, Func<int, Task<TSimulator>> start, int steps, Func<TSimulator, TResult> result)
        where TSimulator : class, ISimulator
    {
        TSimulator? simulator = null;
        var part = "start";
        try
        {
            await InTimeAsync(async () => simulator = await start(seed));
            for (var step = 1; step <= steps; step++)
            {
                part = $"step {step}";
                await InTimeAsync(simulator!.StepAsync);
            }

            part = "comparison";
            await InTimeAsync(simulator!.CompareAsync);
            var found = result(simulator);
            part = "end";
            await InTimeAsync(() => simulator.DisposeAsync().AsTask());
            return found;
        }
        catch (Exception failure)
        {
            var state = simulator is null ? "" : await DescribeAsync(simulator);
            if (simulator is not null && part != "end")
                await Record.ExceptionAsync(() => InTimeAsync(() => simulator.DisposeAsync().AsTask()));
            throw new InvalidOperationException($"{typeof(TSimulator).Name} failed with seed {seed} at its {part}: {failure.Message}\n{state}", failure);
        }
    }

    private static Task InTimeAsync(Func<Task> part) => Task.Run(part).WaitAsync(AtMost);

    private static async Task<string> DescribeAsync(ISimulator simulator)
    {
        var owed = "";
        var unknown = await Record.ExceptionAsync(async () => owed = await Task.Run(simulator.DescribeAsync).WaitAsync(DescribedWithin));
        return $"{simulator.State}\n{owed}{unknown?.Message}";
    }
}
