using FsCheck;
using FsCheck.Fluent;

namespace LeadGrains.Scoring.Tests.Stages;

public class StageCoolDownTests
{
    private static readonly ScoringModel Model = Samples.Model("""
        total: {fit: 0, intent: 1}
        intent: {half_point: 50}
        groups: {a: {half_life: 10d}}
        stages:
          contact:
            - {name: nurture}
            - {name: mql, total: {enter: 50, leave: 40}, cool_down: 7d}
            - {name: sql, total: {enter: 80, leave: 70}, cool_down: 2d}
            - {name: won, total: {enter: 90, leave: 85}}
        """);

    private static readonly StageLadder Ladder = Model.ContactStages;

    // sql fell to nurture on day 1: mql is closed until day 8, sql until day 3.
    [Theory]
    [InlineData(2.9, 60, "nurture")]
    [InlineData(2.9, 85, "nurture")]
    [InlineData(2.9, 95, "won")]
    [InlineData(3, 85, "sql")]
    [InlineData(7.9, 60, "nurture")]
    [InlineData(8, 60, "mql")]
    public void Evaluate_WhenStagesCoolDown_EntersOnlyTheOthers(double day, double total, string stage)
    {
        var exits = StageExits.None.After(Ladder, from: 2, to: 0, Samples.Day(1));
        Assert.Equal(stage, Ladder.NameOf(Ladder.Evaluate(0, total, 100, exits, Samples.Day(day))));
    }

    [Fact]
    public void Evaluate_WhenAHigherStageIsHeld_TheCoolDownOfLowerOnesDoesNotMatter()
    {
        var exits = StageExits.None.After(Ladder, from: 1, to: 0, Samples.Day(1));
        Assert.Equal(1, Ladder.Evaluate(2, 60, 100, exits, Samples.Day(2)));
    }

    [Fact]
    public void After_WhenAStageIsLeftAgain_CountsTheLastTime()
    {
        var first = StageExits.None.After(Ladder, from: 1, to: 0, Samples.Day(1));
        var second = first.After(Ladder, from: 0, to: 2, Samples.Day(9)).After(Ladder, from: 2, to: 1, Samples.Day(10));
        var third = second.After(Ladder, from: 1, to: 0, Samples.Day(20));

        Assert.Equal([new StageExit(1, Samples.Day(1)), new StageExit(2, Samples.Day(10))], second.All);
        Assert.Equal((Samples.Day(27), Samples.Day(12)), (third.FreeAt(Ladder, 1), third.FreeAt(Ladder, 2)));
        Assert.Equal(2, third.All.Length);
    }

    [Fact]
    public void After_WhenNoStageWithACoolDownIsLeft_IsTheSame()
    {
        Assert.Same(StageExits.None, StageExits.None.After(Ladder, from: 0, to: 3, Samples.Day(1)));
        Assert.Same(StageExits.None, StageExits.None.After(Ladder, from: 3, to: 2, Samples.Day(1)));
        Assert.Equal(Instant.Min, StageExits.None.FreeAt(Ladder, 1));
    }

    [Fact]
    public void Restore_WhenStored_IsTheSame()
    {
        var exits = StageExits.None.After(Ladder, from: 2, to: 0, Samples.Day(1));
        Assert.Equal(exits.All, StageExits.Restore(exits.All).All);
        Assert.Same(StageExits.None, StageExits.Restore([]));
    }

    // Whatever time and added points make of it, no change is due before the guard says to look.
    [Fact]
    public void Guard_WhileStagesCoolDown_IsNeverTooLate()
    {
        var seldom = 0;
        var cases =
            from points in Gen.Choose(0, 3000)
            from held in Gen.Choose(0, 2)
            from left in Gen.Choose(0, 10 * 24)
            from high in Gen.Choose(1, 3)
            from hour in Gen.Choose(0, 20 * 24)
            from added in Gen.Choose(0, 2000)
            select (Points: points / 10.0, held, left, high, hour, Added: added / 10.0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var now = Samples.Day(10);
            var exits = StageExits.None.After(Ladder, one.high, 0, Samples.Day(0) + TimeSpan.FromHours(one.left));
            var guard = StageGuards.Of(Model, false, one.held, 0, [one.Points], [], 0, now, exits);
            var at = now + TimeSpan.FromHours(one.hour);
            var points = one.Points * Decay.Factor((at - now).Ticks, Model.Columns[0].HalfLife) + one.Added;
            var due = Ladder.Evaluate(one.held, Scores.Intent(points, 50), 0, exits, at) != one.held;
            var looked = points >= guard.CheckPoints || at >= guard.CheckAt;
            seldom += due || !looked ? 1 : 0;
            return !due || looked;
        }));
        Assert.True(seldom > 500, "a guard that is always due proves nothing");
    }
}
