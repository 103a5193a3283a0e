using LeadGrains.Host.Loading.Traffic;
using LeadGrains.Host.Loading.Verification;
using LeadGrains.Host.Tests.Loading.Traffic;

namespace LeadGrains.Host.Tests.Loading.Verification;

/// <summary>The verifier's arithmetic against numbers worked out by hand.</summary>
public sealed class PlainScoreTests
{
    private const int Pricing = 1;
    private const int LongCall = 2;
    private const int Unsubscribed = 4;
    private static readonly PlainModel Model = new(TestModels.Model, TestModels.Conditions);

    /// <summary>Cap 90, half-life 20 days, +40 on days 0 and 1 and +40 for day 0.5 received last: the clip is taken at day 1.</summary>
    [Fact]
    public void PointsAt_WhenALateSignalMeetsTheCap_AreClippedAtTheGroupsInstant()
    {
        var grain = new PlainGrain(Model);
        var counts = new PlainScratch();
        foreach (var day in new[] { 0, 1, 0.5 })
        {
            grain.Add(Kind(LongCall), Day(day), counts);
        }

        Assert.Equal(65.9, grain.PointsAt(Day(10)), 0.05);
        Assert.Equal(90 * Math.Pow(2, -9.0 / 20), grain.PointsAt(Day(10)), 1e-12);
        Assert.Equal(3, grain.Signals);
    }

    [Fact]
    public void PointsAt_WhenADailyLimitIsReached_CountsTheFirstToArrive()
    {
        var grain = new PlainGrain(Model);
        var counts = new PlainScratch();
        foreach (var day in new[] { 3.1, 3.2, 3.3, 4.0 })
        {
            grain.Add(Kind(Pricing), Day(day), counts);
        }

        var expected = 10 * (Math.Pow(2, -0.9 / 20) + Math.Pow(2, -0.8 / 20) + 1);
        Assert.Equal(expected, grain.PointsAt(Day(4)), 1e-12);
        Assert.Equal(30, grain.VelocityAt(4).Points, 1e-12);
        Assert.Equal(-30, grain.VelocityAt(11).Points, 1e-12);
        Assert.Equal(0, grain.VelocityAt(18).Points, 1e-12);
    }

    [Fact]
    public void PointsAt_WhenTheFloorIsReached_StayThere()
    {
        var grain = new PlainGrain(Model);
        for (var i = 0; i < 5; i++)
        {
            grain.Add(Kind(Unsubscribed), Day(1), new PlainScratch());
        }

        Assert.Equal(-40, grain.PointsAt(Day(1)), 1e-12);
        Assert.Null(grain.EngagedTicks);
    }

    [Fact]
    public void Score_WhenPointsAreTheHalfPoint_HasIntentFifty()
    {
        var score = Model.Score(fit: 50, intentPoints: 60, velocity: default, account: false);

        Assert.Equal(50, score.Intent, 1e-12);
        Assert.Equal(50, score.Total, 1e-12);
        Assert.Equal(0, Model.Score(fit: 0, intentPoints: -5, velocity: default, account: false).Intent);
    }

    [Fact]
    public void AccountFit_WhenTheSumIsAboveAHundred_IsAHundred() =>
        Assert.Equal(100, Model.AccountFit(new Dictionary<string, string> { ["employees"] = "300", ["industry"] = "Software" }));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(3, 1.5)]
    [InlineData(9, 2)]
    public void BreadthFactor_WhenMoreAreEngaged_GrowsUpToItsMost(double engaged, double factor) =>
        Assert.Equal(factor, Model.BreadthFactor(engaged), 1e-12);

    [Theory]
    [InlineData(75, 75, "A1")]
    [InlineData(74.9, 49, "B3")]
    [InlineData(0, 0, "D4")]
    public void Grade_WhenAThresholdIsMet_IsTheBetterOne(double fit, double intent, string grade) => Assert.Equal(grade, Model.Grade(fit, intent));

    [Fact]
    public void TryCount_WhenMoreThanSixtyFourDaysAreCounted_DropsTheOldest()
    {
        var counts = new PlainDayCounts();
        for (var day = 1; day <= 65; day++)
        {
            Assert.True(counts.TryCount(rule: 0, day, limit: 1));
        }

        Assert.False(counts.TryCount(rule: 0, day: 2, limit: 1));
        Assert.True(counts.TryCount(rule: 0, day: 1, limit: 1));
    }

    [Fact]
    public void AccountAt_WhenItsContactsActed_AddsThemUpByHand()
    {
        var plan = TestModels.Plan(contacts: 4, accounts: 2, streams: 1);
        var traits = Enumerable.Range(1, 100).Select(seed => new LoadTraits(TestModels.Conditions, (ulong)seed))
            .First(traits => Model.ContactDisqualified(traits.OfContact(0)) is null && Model.ContactDisqualified(traits.OfContact(2)) is null);
        var grains = new PlainGrain?[6];
        foreach (var (target, day) in new[] { (0, 1.0), (2, 2.0), (4, 3.0) })
        {
            grains[target] = new PlainGrain(Model);
            grains[target]!.Add(Kind(LongCall), Day(day), new PlainScratch());
        }

        var account = new PlainScores(Model, traits, plan.Population, grains).AccountAt(0, Day(10));

        double Left(double day, double halfLife) => Math.Pow(2, -(10 - day) / halfLife);
        var engaged = Left(1, 30) + Left(2, 30);
        var contacts = (Model.RoleWeight(traits.OfContact(0)) * 40 * Left(1, 20)) + (Model.RoleWeight(traits.OfContact(2)) * 40 * Left(2, 20));
        Assert.Equal(engaged, account.Engaged, 1e-12);
        Assert.Equal(((1 + (0.25 * (engaged - 1))) * contacts) + (40 * Left(3, 20)), account.Score.IntentPoints, 1e-12);
        Assert.Equal(2U, account.Contacts);
        Assert.Equal(Day(3), account.LastTicks);
    }

    [Theory]
    [InlineData("title", "Student of law", "Learns only")]
    [InlineData("company", "rival inc", "rival")]
    [InlineData("title", "Head of law", null)]
    public void ContactDisqualified_WhenATraitSaysSo_GivesTheReason(string trait, string value, string? reason) =>
        Assert.Equal(reason, Model.ContactDisqualified(new Dictionary<string, string> { [trait] = value }));

    [Fact]
    public void AccountAt_WhenAContactIsDisqualified_AddsNothingOfIt()
    {
        var plan = TestModels.Plan(contacts: 40, accounts: 1, streams: 1);
        var traits = new LoadTraits(TestModels.Conditions, seed: 1);
        var byFate = Enumerable.Range(0, 40).ToLookup(contact => Model.ContactDisqualified(traits.OfContact(contact)) is not null);
        var grains = new PlainGrain?[41];
        foreach (var contact in new[] { byFate[true].First(), byFate[false].First() })
        {
            grains[contact] = new PlainGrain(Model);
            grains[contact]!.Add(Kind(LongCall), Day(contact), new PlainScratch());
        }

        var scores = new PlainScores(Model, traits, plan.Population, grains);
        var account = scores.AccountAt(0, Day(50));

        var counted = byFate[false].First();
        Assert.Equal((1U, Day(counted)), (account.Contacts, account.LastTicks));
        Assert.Equal(Model.RoleWeight(traits.OfContact(counted)) * 40 * Math.Pow(2, -(50.0 - counted) / 20), account.Score.IntentPoints, 1e-12);
        Assert.Equal(0, scores.Weight(byFate[true].First()));
    }

    private static SignalKind Kind(int rule) => new(TestModels.Model.Rules[rule].SignalType, new Dictionary<string, string>(), [rule], IsScanner: false, default);

    private static long Day(double days) => (long)(days * TimeSpan.TicksPerDay);
}
