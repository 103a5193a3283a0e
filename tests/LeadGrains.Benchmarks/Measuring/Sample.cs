using System.Diagnostics;

namespace LeadGrains.Benchmarks.Measuring;

/// <summary>What one turn measured. All samples of a contender have the same measures.</summary>
internal sealed class Sample
{
    private readonly (Measure Measure, double Value)[] _values;

    public Sample(params ReadOnlySpan<(Measure Measure, double Value)> values) => _values = values.ToArray();

    public IEnumerable<Measure> Measures => _values.Select(value => value.Measure);

    public double this[Measure measure] => _values.Single(value => value.Measure == measure).Value;

    /// <summary>The same with more.</summary>
    public Sample With(params ReadOnlySpan<(Measure Measure, double Value)> more) => new([.. _values, .. more]);

    /// <summary>
    /// Measures work of this process that returns how many operations it did: operations a second, and of clients and
    /// server together the processor time and the bytes allocated for each.
    /// </summary>
    public static async Task<Sample> TakeAsync(Func<Task<long>> work)
    {
        using var process = Process.GetCurrentProcess();
        var processor = process.TotalProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var began = TimeProvider.System.GetTimestamp();
        var operations = await work();
        var elapsed = TimeProvider.System.GetElapsedTime(began);
        process.Refresh();
        return new Sample(
            (Measure.PerSecond, operations / elapsed.TotalSeconds),
            (Measure.Processor, (process.TotalProcessorTime - processor).TotalMicroseconds / operations),
            (Measure.Allocated, (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / operations));
    }

    public override string ToString() =>
        string.Join(", ", _values.Select(value => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value.Measure.Key} {value.Value}")));
}
