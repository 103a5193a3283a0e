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
    private const string TwoAsBusy = "two nodes, each with as many callers as the one";
    private const string TwoApart = "two clusters of one node, half of the signals each";
    private const string Database = "Processor time is that of the servers, without PostgreSQL's.";

    private const string Sharing = "The two clusters tell what two programs on the same cores cost though they send each other nothing.";

    private static readonly LoadShape[] Shapes = [LoadShape.Unary(1, 64), LoadShape.Stream(100), LoadShape.Stream(1_000)];

    public static IEnumerable<Experiment> All(ClusterArena arena)
    {
        foreach (var shape in Shapes)
            yield return Compare(arena, shape, $"a database, {shape.Name}", new(OverFolder, Folder), new(OverDatabase, Alone), Promises.PostgresStore, Measure.PerSecond);
        foreach (var shape in Shapes)
        {
            yield return Compare(
                arena, shape, $"a second node, {shape.Name}", new(One, 1), new(Two, 2), Promises.TwoNodes, Measure.ServerProcessor,
                new(TwoAsBusy, 2) { Servers = Two, Times = 2 }, new(TwoApart, Apart));
        }
    }

    private static Comparison Compare(
        ClusterArena arena, LoadShape shape, string name, Side limit, Side other, Promise promise, Measure measure, params Side[] beside)
    {
        Contender Of(Side side) => new(side.Name, over => arena.TakeAsync(side.Servers, shape with { Callers = shape.Callers * side.Times }, over));
        Side[] others = [other, .. beside];
        return new Comparison(Group, name, Of(limit), [.. others.Select(Of)])
        {
            Compared = [Measure.PerSecond, Measure.ServerProcessor],
            BeginAsync = cancellationToken => arena.BeginAsync(
                others.Append(limit).DistinctBy(side => side.Servers).ToDictionary(side => side.Servers, side => side.Nodes), cancellationToken),
            Find = outcome => others.Where(side => side.Servers == other.Servers).Select(side => new Finding(
                promise, side == other ? shape.Name : $"{shape.Name}; {side.Name}", outcome[side.Name].Ratio(measure)!)),
            Notes = beside.Length == 0 ? [Database] : [Database, Sharing],
        };
    }

    /// <param name="Name">As the report shows it.</param>
    /// <param name="Nodes">How many there are, or one of the constants.</param>
    private sealed record Side(string Name, int Nodes)
    {
        /// <summary>Sides of one name share their servers.</summary>
        public string Servers { get; init; } = Name;

        /// <summary>So many times as many callers or streams.</summary>
        public int Times { get; init; } = 1;
    }
}
