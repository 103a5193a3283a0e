using LeadGrains.Grains.Requests;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Watching;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Watching;

/// <summary>Asks a node for changes of stage of any kind, those that cannot have an effect among them.</summary>
internal static class StageWriter
{
    public static readonly string[] Stages = ["zero", "one", "two", "three"];

    // The total is fit alone, and fit is a trait: nothing but what is asked for, and the way back, changes a stage.
    public static readonly ScoringModel Model = ModelReader.Read("""
        name: ladders
        stages:
          contact: [{name: zero}, {name: one, total: {enter: 90, leave: 0}}, {name: two, total: {enter: 95, leave: 0}}, {name: three, total: {enter: 99, leave: 0}}]
          account: [{name: zero}, {name: one, total: {enter: 90, leave: 0}}, {name: two, total: {enter: 95, leave: 0}}, {name: three, total: {enter: 99, leave: 0}}]
        """).Model!;

    public static (GrainKey Key, Entry Entry) Change(GrainKind kind, string id, string from, string to, bool silent = false)
    {
        var change = new StageChanged
        {
            FromStage = from,
            ToStage = to,
            AtTicks = Instant.Epoch.Ticks,
            Reason = $"{id} from {from} to {to}",
            Cause = StageCause.Activity,
            Silent = silent,
        };
        return (new GrainKey(Workspaces.Default, kind, id), new Entry { StageChanged = change });
    }

    /// <summary>Which of them were journalled and had their effect.</summary>
    public static async Task<int> WriteAsync(this TestNode node, IReadOnlyList<(GrainKey Key, Entry Entry)> changes)
    {
        var waits = new List<Task<bool[]>>();
        foreach (var loop in changes.Select(change => GrainEntry.For(change.Key, 4, change.Entry)).GroupBy(entry => node.Node.LoopOf(entry.Partition)))
        {
            var request = new AppendEntries(Workspaces.Default, [.. loop], AckLevel.Recorded, 1);
            Assert.True(node.Node.TryPost(loop.Key, request));
            waits.Add(request.Done);
        }

        return (await Task.WhenAll(waits)).SelectMany(outcomes => outcomes).Count(applied => applied);
    }

    /// <summary>The journal's changes that had their effect, as the entries of each grain tell: its stage was held.</summary>
    public static List<GrainChange> Truth(TestNode node)
    {
        var held = new Dictionary<(Journal.V1.GrainKind, string), string>();
        var partitions = StoredEntries.Of(node.Journal).Where(entry => entry.BodyCase == Entry.BodyOneofCase.StageChanged);
        var truth = new List<GrainChange>();
        foreach (var entry in partitions)
        {
            var (key, change) = ((entry.Kind, entry.GrainId), entry.StageChanged);
            Assert.Equal(held.GetValueOrDefault(key, "zero"), change.FromStage);
            held[key] = change.ToStage;
            if (!change.Silent)
            {
                var grain = new GrainKey(Workspaces.Default, (GrainKind)entry.Kind, entry.GrainId);
                truth.Add(GrainChange.Of(KeyHash.PartitionOf(KeyHash.Of(grain), 4), entry)!);
            }
        }

        return truth;
    }
}
