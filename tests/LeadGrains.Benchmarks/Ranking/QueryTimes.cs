using LeadGrains.Benchmarks.Measuring;

namespace LeadGrains.Benchmarks.Ranking;

/// <summary>How long each of many queries took, one after the other on one thread.</summary>
internal sealed class QueryTimes(TimeProvider clock)
{
    private readonly List<TimeSpan> _times = [];

    /// <summary>A contender that asks until the time is up. What is done between two queries is not measured.</summary>
    /// <param name="name">As the report shows it.</param>
    /// <param name="clock">The time.</param>
    /// <param name="query">One query.</param>
    /// <param name="between">What is done before each.</param>
    public static Contender Asking(string name, TimeProvider clock, Action query, Action? between = null) => new(name, over => Task.Run(
        () =>
        {
            var times = new QueryTimes(clock);
            while (!over.IsCancellationRequested)
            {
                between?.Invoke();
                times.Measure(query);
            }

            return times.Sample();
        },
        CancellationToken.None));

    private void Measure(Action query)
    {
        var began = clock.GetTimestamp();
        query();
        _times.Add(clock.GetElapsedTime(began));
    }

    private Sample Sample()
    {
        _times.Sort();
        return new Sample(
            (Measuring.Measure.PerSecond, _times.Count / _times.Sum(time => time.TotalSeconds)),
            (Measuring.Measure.P50, At(0.5)),
            (Measuring.Measure.P99, At(0.99)));
    }

    private double At(double share) => _times[(int)(share * (_times.Count - 1))].TotalMilliseconds;
}
