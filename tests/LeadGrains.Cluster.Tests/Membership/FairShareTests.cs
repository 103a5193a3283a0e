using FsCheck;
using FsCheck.Fluent;
using LeadGrains.Cluster.Membership;

namespace LeadGrains.Cluster.Tests.Membership;

public sealed class FairShareTests
{
    [Fact]
    public void Owners_WhenSomebodyTakesPartitions_GivesEachToOneWhoDoes() => Holds(Views.WithTakers, view =>
        FairShare.Owners(view).All(owner => view.Members.Any(member => member.Name == owner && Views.IsWilling(member))));

    [Fact]
    public void Owners_WhenAny_GivesSharesThatDifferByOneAtMost() => Holds(Views.WithTakers, view =>
    {
        var owners = FairShare.Owners(view);
        var shares = view.Members.Where(Views.IsWilling).Select(member => owners.Count(owner => owner == member.Name)).ToList();
        return shares.Max() - shares.Min() <= 1;
    });

    [Fact]
    public void Owners_WhenAny_MovesAsFewPartitionsAsAnyFairDivisionDoes() => Holds(Views.WithTakers, view =>
    {
        var owners = FairShare.Owners(view);
        var takers = view.Members.Where(Views.IsWilling).Select(member => member.Name).ToList();
        var held = takers.Select(taker => view.Partitions.Count(holding => !holding.IsFree && holding.Owner == taker)).ToList();
        var kept = view.Partitions.Count(holding => !holding.IsFree && owners[holding.Partition] == holding.Owner);
        return kept == MostKept(held, view.Partitions.Count);
    });

    [Fact]
    public void Owners_WhenEverybodyHasTheirs_LeavesAllWhereTheyAre() => Holds(Views.WithTakers, view =>
    {
        var settled = Views.Settled(view);
        return FairShare.Owners(settled).SequenceEqual(settled.Partitions.Select(holding => holding.Owner))
            && view.Members.All(member => FairShare.Decide(settled, member.Name) is { IsSettled: true, Take.Count: 0, Give.Count: 0 });
    });

    [Fact]
    public void Owners_WhenOneJoins_MovesPartitionsToThatOneAlone() => Holds(Views.WithTakers, view =>
    {
        var settled = Views.Settled(view);
        var joined = settled with { Members = [.. settled.Members, Views.Member("z", MemberState.Joining)] };
        var moved = FairShare.Owners(joined).Where((owner, partition) => owner != settled.Partitions[partition].Owner).ToList();
        return moved.All(owner => owner == "z") && moved.Count == view.Partitions.Count / joined.Members.Count(Views.IsWilling);
    });

    [Fact]
    public void Owners_WhenOneLeaves_MovesOnlyWhatItHad() => Holds(Views.WithTakers, view =>
    {
        var settled = Views.Settled(view);
        var leaver = settled.Members.First(Views.IsWilling).Name;
        var left = settled with { Members = [.. settled.Members.Where(member => member.Name != leaver)] };
        return FairShare.Owners(left).Index().All(at => at.Item is null || !left.Members.Any(Views.IsWilling) || at.Item == settled.Partitions[at.Index].Owner || settled.Partitions[at.Index].Owner == leaver);
    });

    [Fact]
    public void Owners_WhenTheSameIsSeenInAnotherOrder_AreTheSame() => Holds(Views.Any, view =>
        FairShare.Owners(view).SequenceEqual(FairShare.Owners(view with { Members = [.. view.Members.Reverse()] })));

    [Fact]
    public void Decide_WhenAny_TakesWhatIsFreeAndGivesWhatIsItsOwn() => Holds(Views.Any, view => view.Members.All(member =>
    {
        var decision = FairShare.Decide(view, member.Name);
        return decision.Take.All(partition => view.Partitions[partition].IsFree)
            && decision.Give.All(partition => view.Partitions[partition].Owner == member.Name && !view.Partitions[partition].IsFree)
            && (Views.IsWilling(member) || decision.Take.Count == 0 || (member.IsAlive && !view.Members.Any(Views.IsWilling)));
    }));

    [Fact]
    public void Decide_WhenANodeDrainsBesideOthers_GivesAll() => Holds(Views.WithTakers, view =>
        view.Members.Where(member => member.IsAlive && !Views.IsWilling(member)).All(member =>
        {
            var has = view.Partitions.Where(holding => !holding.IsFree && holding.Owner == member.Name).Select(holding => holding.Partition);
            return FairShare.Decide(view, member.Name).Give.SequenceEqual(has);
        }));

    [Fact]
    public void Decide_WhenOnlyADrainingNodeIsLeft_TakesAll()
    {
        var view = Views.Of("!!bb..", Views.Member("a", isAlive: false), Views.Member("b", MemberState.Draining));

        Assert.Equal([0, 1, 4, 5], FairShare.Decide(view, "b").Take);
        Assert.Empty(FairShare.Decide(view, "b").Give);
    }

    [Fact]
    public void Decide_WhenALeaseHasRunOut_LetsOthersTake()
    {
        var view = Views.Of("!!bb", Views.Member("a", isAlive: false), Views.Member("b"));

        Assert.Equal([0, 1], FairShare.Decide(view, "b").Take);
    }

    [Fact]
    public void Decide_WhenTwoNodesActOnOldViews_EndsFairlyWhateverTheOrder()
    {
        var steps = Gen.ListOf(Gen.Choose(0, int.MaxValue - 1), 400).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(steps, choices =>
        {
            var run = new StaleViews(nodes: 4, partitions: 13);
            foreach (var choice in choices)
                run.Step(choice);
            return run.SettlesFairly();
        }));
    }

    // Filling the larger shares in every way that there is.
    private static int MostKept(List<int> held, int partitions)
    {
        var (least, larger) = Math.DivRem(partitions, held.Count);
        return Enumerable.Range(0, 1 << held.Count).Where(set => int.PopCount(set) == larger)
            .Max(set => held.Select((count, i) => Math.Min(count, least + ((set >> i) & 1))).Sum());
    }

    private static void Holds(Arbitrary<ClusterView> views, Func<ClusterView, bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(views, property));
}
