using System.Text;
using LeadGrains.Cluster.Solo;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Stages;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Stages;

/// <summary>What a change of stage is due to, over what becomes of its proposals. One contact of a node that does not run.</summary>
public sealed class StageEvaluationTests : IDisposable
{
    private const string Ladder = """
        name: fit
        total: {fit: 1, intent: 0}
        stages: {contact: [{name: cold}, {name: warm, total: {enter: 50, leave: 40}}]}
        thresholds: {contact: [{name: fits, fit: {enter: 60}}, {name: warm, total: {enter: 70}}]}
        """;

    private static readonly Instant Now = Instant.FromDateTimeOffset(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private readonly NodeParts _parts = new(
        new GrainNodeOptions { Loops = 1 }, new InMemoryJournal(1), new InMemoryGrainStore(1), new SoloOwnership(1), new ManualClock());
    private readonly LoopGroup _loops;
    private readonly List<Entry> _proposed = [];
    private readonly int _slot;
    private long _turns;

    public StageEvaluationTests()
    {
        var context = new NodeContext(_parts, _parts.Store.Active, new ServedModels(2, ModelReader.Read(Ladder).Model!)) { IsSilent = true };
        _loops = new LoopGroup(context, LoopGroup.SharesOf(_parts));
        context.Router = _loops;
        var key = new GrainKey(Workspaces.Default, GrainKind.Contact, "ann");
        _slot = Partition.Contacts.Keys.FindOrAdd(
            KeyHash.Of(key), context.Workspaces.CodeOf(key.Workspace), Encoding.UTF8.GetBytes(key.Id), out _);
        Partition.Admit(GrainKind.Contact, _slot);
        Partition.ActivateNew(GrainKind.Contact, _slot);
        Columns.Fit[_slot] = 90;
    }

    private PartitionLoop Loop => _loops.Loops[0];

    private Partition Partition => Loop.Partitions[0];

    private RankColumns Columns => Partition.Contacts.Columns;

    [Fact]
    public void Refused_WhenTheModelMadeItDue_ItStillDoes()
    {
        StageEvaluation.AwaitModel(Partition, GrainKind.Contact, _loops.Context);
        Assert.Equal((StageCause.Model, true), Propose());
        StageEvaluation.Reset(Columns, _slot);
        End(isRefused: true);
        Assert.True(StageEvaluation.IsDue(Columns, _slot, 0, Now));
        Assert.Equal((StageCause.Model, true), Propose());
    }

    [Fact]
    public void Applied_WhenTheModelMadeItDue_LaterChangesHaveTheirOwnCause()
    {
        StageEvaluation.AwaitModel(Partition, GrainKind.Contact, _loops.Context);
        Assert.Equal((StageCause.Model, true), Propose());
        End(isRefused: false);
        Assert.True(StageEvaluation.IsDue(Columns, _slot, 0, Now));
        Assert.Equal((StageCause.Decay, false), Propose());
    }

    public void Dispose()
    {
        _loops.Dispose();
        _parts.Dispose();
    }

    // What the contact's evaluation would journal.
    private (StageCause Cause, bool IsSilent) Propose()
    {
        new StageEvaluation(Loop.Node, Loop.Proposals).Run(
            Partition, Columns, Partition.FormulaAt(GrainKind.Contact, Now), _slot, StageCause.Decay);
        var turn = new Turn(static () => { }, new Tombstones());
        turn.Begin(++_turns, Now);
        Loop.Proposals.TakeRequest()!.Sequence(Loop, turn);
        turn.Seal(_parts.Meters);
        var reader = new EntryReader(Assert.Single(turn.Blocks).Entries.Span);
        Assert.True(reader.TryRead(out var entry));
        _proposed.Add(entry.Parse());
        while (reader.TryRead(out entry))
            _proposed.Add(entry.Parse());
        var change = _proposed[0].StageChanged;
        return (change.Cause, change.Silent);
    }

    private void End(bool isRefused)
    {
        foreach (var entry in _proposed)
        {
            Assert.True(Loop.Proposals.IsStandingOut(Partition, GrainKind.Contact, _slot));
            Loop.Proposals.StandingEnded(Partition, GrainKind.Contact, _slot, entry, isRefused && ReferenceEquals(entry, _proposed[0]));
        }

        Assert.False(Loop.Proposals.IsStandingOut(Partition, GrainKind.Contact, _slot));
        // What was refused has been admitted here all the same, to be read.
        Loop.Proposals.Forget(Partition);
        _proposed.Clear();
    }
}
