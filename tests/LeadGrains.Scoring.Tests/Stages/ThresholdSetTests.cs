using FsCheck;
using FsCheck.Fluent;

namespace LeadGrains.Scoring.Tests.Stages;

public class ThresholdSetTests
{
    private static readonly ScoringModel Model = Samples.Model("""
        total: {fit: 0.4, intent: 0.6}
        intent: {half_point: 50}
        groups: {a: {half_life: 3d}, b: {half_life: 20d}, c: {half_life: 60d, floor: -100}}
        account: {half_point: 80, engaged_half_life: 12d, breadth: {step: 0.5, max: 3}}
        stages: {account: [{name: zero}, {name: one, total: {enter: 30, leave: 20}}]}
        thresholds:
          contact: [{name: fits, fit: {enter: 60, leave: 50}}, {name: warm, intent: {enter: 40, leave: 25}}, {name: hot, total: {enter: 70}}]
          account: [{name: busy, intent: {enter: 50, leave: 30}}, {name: hot, total: {enter: 60, leave: 55}}, {name: fits, fit: {enter: 60}}]
        """);

    private static readonly ThresholdSet Contacts = Model.ContactThresholds;

    // Sums by half-life, the account's own ones beside them, and those added later.
    private static readonly Arbitrary<Course> Courses = (
        from account in Gen.Elements(true, false)
        from held in Gen.Choose(0, 1)
        from reached in Gen.Choose(0, 7)
        from fit in Gen.Elements(0.0, 30, 55, 60, 100)
        from sums in Gen.Choose(-300, 1500).ArrayOf(3)
        from own in Gen.Choose(-200, 600).ArrayOf(3)
        from engaged in Gen.Choose(0, 60)
        from hour in Gen.Choose(0, 40 * 24)
        from added in Gen.Frequency((1, Gen.Constant(0)), (1, Gen.Choose(0, 300)))
        from asIs in Gen.Elements(true, false, false)
        select new Course(
            account, account ? held : 0, (byte)reached, fit, [.. sums.Select(sum => sum / 10.0)], [.. own.Select(sum => sum / 10.0)], engaged / 10.0, hour / 4, added / 10.0).Settled(asIs)).ToArbitrary();

    [Theory]
    [InlineData(0, 60, 0, 0, 0b001)]
    [InlineData(0, 59.9, 39.9, 69.9, 0)]
    [InlineData(0b001, 50, 40, 0, 0b011)]
    [InlineData(0b111, 49.9, 25, 65, 0b110)]
    [InlineData(0b111, 50, 24.9, 64.9, 0b001)]
    public void Evaluate_AboutTheLevels_EntersAtOneAndLeavesBelowTheOther(byte reached, double fit, double intent, double total, byte due) =>
        Assert.Equal(due, Contacts.Evaluate(reached, fit, intent, total));

    // Each score is followed on its own: it was last at or above `enter`, or last below `leave`.
    [Fact]
    public void Evaluate_WhateverTheScoresDo_IsTheSideOfTheLastLevelThatWasCrossed() =>
        Prop.ForAll(Gen.Choose(0, 100).Three().ArrayOf().ToArbitrary(), steps =>
        {
            byte reached = 0;
            bool[] expected = [false, false, false];
            foreach (var (fit, intent, total) in steps)
            {
                reached = Contacts.Evaluate(reached, fit, intent, total);
                int[] scores = [fit, intent, total];
                for (var i = 0; i < 3; i++)
                {
                    var threshold = Contacts.All[i];
                    expected[i] = scores[i] >= threshold.Enter || (expected[i] && scores[i] >= threshold.Leave);
                    if (ThresholdSet.Has(reached, i) != expected[i])
                        return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();

    // Whatever time and added points make of the scores, nothing is due before the guard says to look; also where stages have
    // a say in it, and where there are none.
    [Fact]
    public void Guard_OverTimeAndAddedPoints_IsNeverTooLate()
    {
        var (due, resting) = (0, 0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(Courses, course =>
        {
            var guard = course.Guard();
            var at = Samples.Start + TimeSpan.FromHours(course.Hour);
            var points = course.PointsAt(at) + course.Added;
            var looked = points >= guard.CheckPoints || at >= guard.CheckAt;
            var isDue = course.IsDue(points);
            due += isDue ? 1 : 0;
            resting += looked ? 0 : 1;
            return !isDue || looked;
        }));
        Assert.True(due > 300 && resting > 300, $"{due} changes were due and {resting} looks were spared: that proves little.");
    }

    [Fact]
    public void Guard_WhenOnlyThresholdsAreThere_IsWhenTheFirstIsLeft()
    {
        // Intent 25 is left below 20.75 points: 80 of half-life 3 d fall there after 3 · log2(80 / 20.75) days.
        var guard = StageGuards.Of(Model, account: false, 0, 0, [80, 0, 0], [], 0, Samples.Start, reached: 0b010);
        Assert.Equal(3 * Math.Log2(80 / (-50 * Math.Log2(0.75))), (guard.CheckAt - Samples.Start).TotalDays, 0.01);
        Assert.Equal(new StageGuard(double.PositiveInfinity, Instant.Max), StageGuards.Of(Samples.Model("name: bare"), false, 0, 0, [], [], 0, Samples.Start, reached: 7));
    }

    public sealed record Course(
        bool Account, int Held, byte Reached, double Fit, double[] Sums, double[] Own, double Engaged, int Hour, double Added)
    {
        // Nothing of it is due at the start, unless it is left as it is.
        internal Course Settled(bool asIs)
        {
            var intent = Scores.Intent(PointsAt(Samples.Start), Model.HalfPoint(Account));
            var total = Scores.Total(Model, Fit, intent);
            return asIs
                ? this
                : this with { Held = Model.Stages(Account).Evaluate(Held, total, Fit), Reached = Model.Thresholds(Account).Evaluate(Reached, Fit, intent, total) };
        }

        internal StageGuard Guard() => StageGuards.Of(
            Model, Account, Held, Fit, Sums, Account ? Own : [], Account ? Engaged : 0, Samples.Start, reached: Reached);

        internal bool IsDue(double points)
        {
            var intent = Scores.Intent(points, Model.HalfPoint(Account));
            var total = Scores.Total(Model, Fit, intent);
            return Model.Stages(Account).Evaluate(Held, total, Fit) != Held || Model.Thresholds(Account).Evaluate(Reached, Fit, intent, total) != Reached;
        }

        internal double PointsAt(Instant at)
        {
            var elapsed = (at - Samples.Start).Ticks;
            double Faded(double[] sums) => sums.Select((sum, i) => sum * Decay.Factor(elapsed, Model.Columns[i].HalfLife)).Sum();
            return Account ? Breadth.Factor(Model, Engaged * Decay.Factor(elapsed, Model.EngagedHalfLife)) * Faded(Sums) + Faded(Own) : Faded(Sums);
        }
    }
}
