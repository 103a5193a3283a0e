using System.Globalization;
using LeadGrains.Benchmarks.Load;
using LeadGrains.Benchmarks.Measuring;

namespace LeadGrains.Benchmarks.Ingest;

/// <summary>Durable ingest with everything on beside parsing and acknowledging the same requests.</summary>
internal static class IngestComparisons
{
    private const string Group = "ingest";
    private const string Served = "LeadGrains, durable and scored";
    private const string Note =
        "In the tables below every signal was answered as newly recorded. Processor time of LeadGrains has the rows in it that it writes after the last answer, until it is at rest; the rate has not. Where the generator's is as large as the sink's, as in small batches, both rates are in part its own: then the ratio of the servers' processor time tells more.";

    private static readonly (LoadShape Shape, Promise? Promise)[] Shapes =
    [
        (LoadShape.Unary(1, 64), Promises.IngestBy1),
        (LoadShape.Stream(1), null),
        (LoadShape.Unary(10, 64), null),
        (LoadShape.Stream(10), null),
        (LoadShape.Unary(100, 32), Promises.IngestBy100),
        (LoadShape.Stream(100), Promises.IngestBy100),
        (LoadShape.Unary(1_000, 16), Promises.IngestBy1000),
        (LoadShape.Stream(1_000), Promises.IngestBy1000),
    ];

    public static IEnumerable<Experiment> All(IngestArena arena)
    {
        yield return Generator(arena);
        foreach (var (shape, promise) in Shapes)
        {
            yield return new Comparison(
                Group,
                shape.Name,
                new Contender("the sink", over => arena.SinkAsync(shape, over)),
                [new Contender(Served, over => arena.ServerAsync(shape, over))])
            {
                Compared = [Measure.PerSecond, Measure.ServerProcessor],
                BeginAsync = cancellationToken => arena.BeginAsync(shape, cancellationToken),
                Find = outcome => promise is null ? [] : [new Finding(promise, shape.Request == RequestShape.Unary ? "unary" : "stream", outcome[Served].Ratio(Measure.PerSecond)!)],
            };
        }
    }

    private static Trial Generator(IngestArena arena) => new(Group, "the load generator alone, nothing sent", async (_, _) =>
    {
        int[] batches = [1_000, 100, 10, 1];
        var entrants = new List<Entrant>();
        foreach (var batch in batches)
        {
            Make(arena.Pool, batch);
            entrants.Add(new Entrant(string.Create(CultureInfo.InvariantCulture, $"batches of {batch:N0}"), await Sample.TakeAsync(() => Task.FromResult(Make(arena.Pool, batch)))));
        }

        return Outcome.Of(Group, "the load generator alone, nothing sent", [], entrants) with { Notes = [Note] };
    });

    private static long Make(SignalPool pool, int batch)
    {
        const long Signals = 4_000_000;
        var buffer = new byte[1 << 20];
        long made = 0;
        for (; made < Signals; made += batch)
        {
            var outgoing = pool.Take(0, batch, RequestShape.Unary);
            outgoing.Write(buffer.AsSpan(0, outgoing.Length));
        }

        return made;
    }
}
