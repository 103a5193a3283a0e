using LeadGrains.Benchmarks.Load;
using LeadGrains.Benchmarks.Measuring;

namespace LeadGrains.Benchmarks.Cluster;

/// <summary>What PostgreSQL costs beside a folder, and what a second node costs beside one. All with everything on.</summary>
internal static class ClusterComparisons
{
    /// <summary>Instead of a number of nodes: one server over a folder.</summary>
    public const int Folder = 0;

    /// <summary>Instead of a number of nodes: one server over a database, which shares it with nobody.</summary>
    public const int Alone = -1;

    /// <summary>Instead of a number of nodes: two clusters of one node each, which know nothing of each other.</summary>
    public const int Apart = -2;

    private const string Group = "cluster";
    private const string OverFolder = "over a folder";
    private const string OverDatabase = "over PostgreSQL";
    private const string One = "one node";
    private const string Two = "two nodes";
    private const string TwoApart = "two clusters of one node, half of the signals each";
    private const string Database = "Processor time is that of the servers, without PostgreSQL's.";

    private const string Sharing = "The two clusters tell what two programs on the same cores cost though they send each other nothing.";

    private static readonly LoadShape[] Shapes = [LoadShape.Unary(1, 64), LoadShape.Stream(100), LoadShape.Stream(1_000)];

    public static IEnumerable<Experiment> All(ClusterArena arena)
    {
        foreach (var shape in Shapes)
            yield return Compare(arena, shape, $"a database, {shape.Name}", (OverFolder, Folder), (OverDatabase, Alone), Promises.PostgresStore, Measure.PerSecond);
        foreach (var shape in Shapes)
        {
            yield return Compare(
                arena, shape, $"a second node, {shape.Name}", (One, 1), (Two, 2), Promises.TwoNodes, Measure.ServerProcessor, (TwoApart, Apart));
        }
    }

    private static Comparison Compare(
        ClusterArena arena, LoadShape shape, string name, (string Name, int Nodes) limit, (string Name, int Nodes) other, Promise promise, Measure measure,
        params (string Name, int Nodes)[] beside)
    {
        Contender Of((string Name, int Nodes) served) => new(served.Name, over => arena.TakeAsync(served.Name, shape, over));
        (string Name, int Nodes)[] others = [other, .. beside];
        return new Comparison(Group, name, Of(limit), [.. others.Select(Of)])
        {
            Compared = [Measure.PerSecond, Measure.ServerProcessor],
            BeginAsync = cancellationToken => arena.BeginAsync(others.Append(limit).ToDictionary(served => served.Name, served => served.Nodes), cancellationToken),
            Find = outcome => [new Finding(promise, shape.Name, outcome[other.Name].Ratio(measure)!)],
            Notes = beside.Length == 0 ? [Database] : [Database, Sharing],
        };
    }
}
