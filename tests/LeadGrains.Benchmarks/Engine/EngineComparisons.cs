using LeadGrains.Benchmarks.Measuring;

namespace LeadGrains.Benchmarks.Engine;

/// <summary>What everything behind the transport costs.</summary>
internal static class EngineComparisons
{
    public static IEnumerable<Experiment> All(EngineWork work)
    {
        foreach (var batch in new[] { 100, 1_000 })
        {
            yield return new Comparison(
                "engine",
                $"signals in batches of {batch}, 4 streams",
                Contender.Counting("read and checked", over => work.ReadAsync(batch, over)),
                [Contender.Counting("durable and scored", over => work.RecordAsync(batch, over))]);
        }
    }
}
