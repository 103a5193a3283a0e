namespace LeadGrains.Benchmarks.Measuring;

/// <summary>One way of doing the work of a comparison.</summary>
/// <param name="Name">As the report shows it.</param>
/// <param name="TakeAsync">Works until the token fires, finishes what is under way, and says what it measured.</param>
internal sealed record Contender(string Name, Func<CancellationToken, Task<Sample>> TakeAsync)
{
    /// <summary>A contender that works in this process and counts its operations.</summary>
    public static Contender Counting(string name, Func<CancellationToken, Task<long>> work) =>
        new(name, over => Sample.TakeAsync(() => work(over)));

    /// <summary>A contender in this process whose callers each repeat an operation until the time is up.</summary>
    /// <param name="name">As the report shows it.</param>
    /// <param name="callers">How many repeat it at the same time.</param>
    /// <param name="operation">One repetition. What it awaits besides its own work counts against it.</param>
    /// <param name="each">How many operations a repetition is.</param>
    public static Contender Repeating(string name, int callers, Func<Task> operation, int each = 1) => Counting(name, async over =>
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => RepeatAsync(operation, over), CancellationToken.None)));
        return counts.Sum() * each;
    });

    private static async Task<long> RepeatAsync(Func<Task> operation, CancellationToken over)
    {
        long done = 0;
        while (!over.IsCancellationRequested)
        {
            await operation();
            done++;
        }

        return done;
    }
}
