using FsCheck;
using FsCheck.Fluent;

namespace LeadGrains.Scoring.Tests.Stages;

public class StageGuardTests
{
    private static readonly ScoringModel Model = Samples.Model("""
        intent: {half_point: 50}
        groups: {a: {half_life: 3d}, b: {half_life: 20d}, c: {half_life: 60d, floor: -100}, d: {half_life: 9d, floor: -100}}
        account: {half_point: 80, engaged_half_life: 12d, breadth: {step: 0.5, max: 3}}
        stages:
          contact:
            - {name: zero}
            - {name: one, total: {enter: 30, leave: 20}}
            - {name: two, total: {enter: 60, leave: 50}, min_fit: 40}
          account:
            - {name: zero}
            - {name: one, total: {enter: 30, leave: 20}}
            - {name: two, total: {enter: 60, leave: 50}, min_fit: 40}
        """);

    private static readonly Arbitrary<Standing> Standings = (
        from account in Gen.Elements(true, false)
        from held in Gen.Choose(0, 2)
        from fit in Gen.Elements(0.0, 20, 40, 55, 75, 100)
        from sums in Gen.Choose(-400, 1500).ArrayOf(4)
        from own in Gen.Frequency((1, Gen.Constant(Array.Empty<int>())), (1, Gen.Choose(-200, 600).ArrayOf(4)))
        from engaged in Gen.Choose(0, 60)
        select new Standing(account, held, fit, [.. sums.Select(sum => sum / 10.0)], [.. own.Select(sum => sum / 10.0)], engaged / 10.0))
        .ToArbitrary();

    // Columns 0 to 3 of the contacts, 4 to 7 of the account itself, 8 for one more engaged contact.
    private static readonly Arbitrary<(Standing Standing, (int Hour, int Column, int Points)[] Additions)> Growing = (
        from standing in Standings.Generator
        from additions in (
            from hour in Gen.Choose(0, 24 * 40)
            from column in Gen.Choose(0, 8)
            from points in Gen.Choose(1, 20)
            select (hour, column, points)).ArrayOf(6)
        select (standing with { Own = standing.Own is [] ? new double[4] : standing.Own }, additions)).ToArbitrary();

    // Sums of unlike signs whose course turns: columns a, d and c have half-lives of 3, 9 and 60 days.
    private static readonly Arbitrary<Standing> DipsAndHumps = (
        from sign in Gen.Elements(1, -1)
        from fast in Gen.Choose(0, 120)
        from middle in Gen.Choose(0, 120)
        from slow in Gen.Choose(0, 120)
        from fit in Gen.Choose(0, 1000)
        from held in Gen.Choose(0, 2)
        select new Standing(Account: false, held, fit / 10.0, [sign * fast, 0, sign * slow, -sign * middle], [], 0)).ToArbitrary();

    [Fact]
    public void CheckAt_AgainstSteppingThroughTime_IsNeverTooLateAndSeldomFarTooEarly()
    {
        var asked = 0;
        var early = 0;
        var property = Prop.ForAll(Standings, standing =>
        {
            var guard = standing.Guard(Samples.Start);
            var change = Enumerable.Range(0, 1000)
                .Select(step => Samples.Start + TimeSpan.FromHours(4 * step))
                .Select(at => (Instant?)at)
                .FirstOrDefault(at => standing.StageAt(at!.Value) != standing.Held);
            asked++;
            if (change is { } truth)
            {
                // Without negative points the bound is the truth, to within its search's step.
                var ahead = truth - guard.CheckAt;
                var exact = standing.Sums.Concat(standing.Own).All(sum => sum >= 0);
                early += ahead > TimeSpan.FromDays(5) ? 1 : 0;
                return ahead >= TimeSpan.Zero
                    && (!exact || ahead <= TimeSpan.FromHours(4) + (truth - Samples.Start) / 1000);
            }

            return true;
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), property);
        Assert.True(early < asked / 4, $"{early} of {asked} guards were more than five days early");
    }

    [Fact]
    public void CheckAt_WhenPointsDipOrHump_IsNotTooLateForAnyLevel() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(DipsAndHumps, standing =>
        {
            var guard = standing.Guard(Samples.Start);
            return Enumerable.Range(0, 50 * 24)
                .Select(hour => Samples.Start + TimeSpan.FromHours(hour))
                .TakeWhile(at => at < guard.CheckAt)
                .All(at => standing.StageAt(at) == standing.Held);
        }));

    [Theory]
    // 80 fast and 60 slow points less 80 in between: 60 now, 24.1 after 9 days, 34 after 27. Left below 24.5.
    [InlineData(80, 60, -80, 6.8, 1)]
    // 80 points less 80 fast ones: 0 now, 30.8 after 7 days, less again then. Entered from 30.4 on.
    [InlineData(-80, 0, 80, 23.4, 0)]
    public void CheckAt_WhenTheLevelIsCrossedForAShortTimeOnly_IsNotAfterIt(
        double fast, double slow, double middle, double fit, int held)
    {
        var standing = new Standing(Account: false, held, fit, [fast, 0, slow, middle], [], 0);
        var crossed = Enumerable.Range(0, 600).Where(hour => standing.StageAt(Samples.Start + TimeSpan.FromHours(hour)) != held).ToList();
        Assert.True(crossed is [> 24 * 6, .., < 24 * 11]);
        Assert.True(standing.Guard(Samples.Start).CheckAt <= Samples.Start + TimeSpan.FromHours(crossed[0]));
    }

    [Fact]
    public void CheckAt_WhenPointsOnlyFade_IsAtMostASecondBeforeTheChange() =>
        Prop.ForAll(Gen.Choose(310, 20_000).ToArbitrary(), tenths =>
        {
            var standing = new Standing(Account: false, Held: 1, Fit: 0, [tenths / 10.0, 0, 0, 0], [], 0);
            var (before, after) = (0L, TimeSpan.FromDays(100).Ticks);
            while (after - before > 1)
            {
                var middle = before + (after - before) / 2;
                if (standing.StageAt(Samples.Start + new TimeSpan(middle)) == 1)
                    before = middle;
                else
                    after = middle;
            }

            var early = after - (standing.Guard(Samples.Start).CheckAt - Samples.Start).Ticks;
            return early >= 0 && early <= Math.Max(TimeSpan.TicksPerSecond, after / 2048);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void CheckPoints_AgainstPointsAboutThem_AreNeverTooHighNorFarTooLow() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(Standings, standing =>
        {
            var guard = standing.Guard(Samples.Start);
            var halfPoint = Model.HalfPoint(standing.Account);
            var steps = Enumerable.Range(-100, 6000).Select(step => step * 0.1);
            var entering = steps.Select(points => (double?)points).FirstOrDefault(points =>
                standing.StageFor(Scores.Intent(points!.Value, halfPoint)) > standing.Held);
            var regained = (standing.Account ? Model.BreadthMax : 1) * -standing.Sums.Sum(sum => Math.Min(sum, 0))
                - (standing.Account ? standing.Own.Sum(sum => Math.Min(sum, 0)) : 0);
            return entering is { } truth
                ? guard.CheckPoints <= truth && (truth - guard.CheckPoints <= 0.1 + 1e-6 + regained || truth <= -10)
                : guard.CheckPoints > 590 - regained;
        }));

    [Fact]
    public void Of_WhilePointsAreOnlyAdded_IsPassedBeforeAnyChange() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Growing, sample =>
        {
            var (standing, additions) = sample;
            var guard = standing.Guard(Samples.Start);
            var grown = standing;
            for (var hour = 0; hour < 24 * 60; hour += 6)
            {
                var at = Samples.Start + TimeSpan.FromHours(hour);
                if (at >= guard.CheckAt)
                    return true;
                foreach (var (_, column, points) in additions.Where(addition => addition.Hour / 6 == hour / 6))
                {
                    grown = grown.Plus(at, column, points);
                    if (grown.PointsAt(at) >= guard.CheckPoints)
                        return true;
                }

                if (grown.StageAt(at) != standing.Held)
                    return false;
            }

            return true;
        }));

    [Fact]
    public void CheckAt_WhenContactsCountAgainstTheAccount_AllowsForMoreOfThemEngaging()
    {
        // 150 own points less 40 of a contact; left below 46.8. Four more engaged make it 150 less 120.
        var standing = new Standing(Account: true, Held: 1, Fit: 0, [0, 0, -40, 0], [0, 150, 0, 0], Engaged: 0);
        var engaged = standing with { Engaged = 5 };
        Assert.Equal((1, 0), (standing.StageAt(Samples.Start), engaged.StageAt(Samples.Start)));
        Assert.Equal(Samples.Start, standing.Guard(Samples.Start).CheckAt);
    }

    [Fact]
    public void CheckAt_WhenContactsCountAgainstTheAccount_AllowsForTheirEngagementToFade()
    {
        // 150 own points less 30, three times while five are engaged: 60 now, 85 when 2.5 are. Entered from 80 on.
        var standing = new Standing(Account: true, Held: 0, Fit: 0, [0, 0, -30, 0], [0, 0, 150, 0], Engaged: 5);
        var entered = Enumerable.Range(0, 100).First(day => standing.StageAt(Samples.Day(day)) == 1);
        Assert.InRange(entered, 5, 12);
        Assert.True(standing.Guard(Samples.Start).CheckAt <= Samples.Day(entered));
    }

    [Fact]
    public void CheckPoints_WhenContactsCountAgainstTheAccount_AllowForMoreOfThemEngaging()
    {
        // 30 own points less 25 that fade fast. 25 slow points and four more engaged leave it at 30 for now, and three
        // times 20 more once the negative ones have faded. Entered from 80 on.
        var standing = new Standing(Account: true, Held: 0, Fit: 0, [-25, 0, 0, 0], [0, 0, 30, 0], Engaged: 0);
        var grown = standing with { Sums = [-25, 0, 25, 0], Engaged = 40 };
        Assert.Equal((0, 1), (grown.StageAt(Samples.Start), grown.StageAt(Samples.Day(9))));
        Assert.True(grown.PointsAt(Samples.Start) >= standing.Guard(Samples.Start).CheckPoints);
    }

    [Fact]
    public void Of_WhenReCheckedWheneverItSays_FindsEveryChange() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(Standings, standing =>
        {
            // A sweep a day that evaluates only past the guard ends in the same stage as one that always does.
            var guarded = standing;
            var always = standing;
            var guard = guarded.Guard(Samples.Start);
            for (var day = 0; day < 200; day++)
            {
                var at = Samples.Day(day);
                always = always with { Held = always.StageAt(at) };
                if (at >= guard.CheckAt)
                {
                    guarded = guarded with { Held = guarded.StageAt(at) };
                    guard = guarded.Guard(at);
                }

                if (guarded.Held != always.Held)
                    return false;
            }

            return true;
        }));

    [Fact]
    public void Of_WhenNothingCanChange_NeverAsks()
    {
        var never = new StageGuard(double.PositiveInfinity, Instant.Max);
        Assert.Equal(never, StageGuards.Of(Samples.Model("name: bare"), false, 0, 50, [], [], 0, Samples.Start));

        // Fit keeps it out of the highest stage, and alone holds the one below.
        var fitOnly = Samples.Model("""
            total: {fit: 1, intent: 0}
            stages: {contact: [{name: zero}, {name: one, total: {enter: 30}}, {name: two, total: {enter: 60}}]}
            """);
        Assert.Equal(never, StageGuards.Of(fitOnly, false, 1, 50, [], [], 0, Samples.Start));
        Assert.Equal(Samples.Start, StageGuards.Of(fitOnly, false, 1, 20, [], [], 0, Samples.Start).CheckAt);
        Assert.Equal(Samples.Start, StageGuards.Of(fitOnly, false, 1, 60, [], [], 0, Samples.Start).CheckAt);
    }

    [Fact]
    public void Of_WhenPointsFade_IsWhenTheLevelIsCrossed()
    {
        // Fit 0, so stage one is left at a total of 20: intent 33.3, 29.25 points. 80 points of half-life 20 d fall
        // there after 20 · log2(80 / 29.25) = 29 days.
        var guard = StageGuards.Of(Model, false, 1, 0, [0, 80, 0, 0], [], 0, Samples.Start);
        var expected = 20 * Math.Log2(80 / (-50 * Math.Log2(1 - 20 / 60.0)));
        Assert.Equal(expected, (guard.CheckAt - Samples.Start).TotalDays, 0.01);
        Assert.Equal(double.PositiveInfinity, guard.CheckPoints);
        Assert.Equal(50, StageGuards.Of(Model, false, 0, 0, [0, 0, 0, 0], [], 0, Samples.Start).CheckPoints, 1e-6);
    }

    public sealed record Standing(bool Account, int Held, double Fit, double[] Sums, double[] Own, double Engaged)
    {
        internal StageGuard Guard(Instant at)
        {
            var (sums, own, engaged) = AsOf(at);
            return StageGuards.Of(Model, Account, Held, Fit, sums, Account ? own : [], Account ? engaged : 0, at);
        }

        internal int StageFor(double intent) =>
            Model.Stages(Account).Evaluate(Held, Scores.Total(Model, Fit, intent), Fit);

        internal int StageAt(Instant at) => StageFor(Scores.Intent(PointsAt(at), Model.HalfPoint(Account)));

        internal double PointsAt(Instant at)
        {
            var (sums, own, engaged) = AsOf(at);
            return Account ? Breadth.Factor(Model, engaged) * sums.Sum() + own.Sum() : sums.Sum();
        }

        internal Standing Plus(Instant at, int column, double points)
        {
            var elapsed = (at - Samples.Start).Ticks;
            if (column == 8)
                return this with { Engaged = Engaged + 1 / Decay.Factor(elapsed, Model.EngagedHalfLife) };
            double[] sums = [.. Sums];
            double[] own = [.. Own];
            (column < 4 ? sums : own)[column % 4] += points / Decay.Factor(elapsed, Model.Columns[column % 4].HalfLife);
            return this with { Sums = sums, Own = own };
        }

        private (double[] Sums, double[] Own, double Engaged) AsOf(Instant at)
        {
            var elapsed = (at - Samples.Start).Ticks;
            double[] Faded(double[] sums) => [.. sums.Select((sum, i) => sum * Decay.Factor(elapsed, Model.Columns[i].HalfLife))];
            return (Faded(Sums), Faded(Own), Engaged * Decay.Factor(elapsed, Model.EngagedHalfLife));
        }
    }
}
