using FsCheck;
using FsCheck.Fluent;

namespace LeadGrains.Scoring.Tests.ScoreTests;

public class ScoresTests
{
    [Theory]
    [InlineData(60, 50)]
    [InlineData(120, 75)]
    [InlineData(30, 29.2893218813)]
    [InlineData(0, 0)]
    [InlineData(-5, 0)]
    [InlineData(1e9, 100)]
    [InlineData(double.NaN, 0)]
    public void Intent_OfPoints_SaturatesAtAHundred(double points, double intent) =>
        Assert.Equal(intent, Scores.Intent(points, 60), 1e-9);

    [Fact]
    public void Intent_OfMorePoints_IsNeverLess() =>
        Prop.ForAll(Gen.Choose(-1000, 1_000_000).Two().ToArbitrary(), sample =>
        {
            var (first, second) = sample;
            return Scores.Intent(Math.Min(first, second) / 100.0, 60) <= Scores.Intent(Math.Max(first, second) / 100.0, 60);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Total_OfFitAndIntent_IsTheirWeightedSum()
    {
        Assert.Equal(54, Scores.Total(DefaultModel.Model, 60, 50), 1e-12);
        Assert.Equal(100, Scores.Total(DefaultModel.Model, 100, 100));
        Assert.Equal(30, Scores.Total(Samples.Model("total: {fit: 1, intent: 0}"), 30, 80));
    }

    [Theory]
    [InlineData(75, 75, "A1")]
    [InlineData(74.999999, 74.999999, "B2")]
    [InlineData(50, 50, "B2")]
    [InlineData(49.9, 49.9, "C3")]
    [InlineData(25, 25, "C3")]
    [InlineData(24.9, 24.9, "D4")]
    [InlineData(0, 100, "D1")]
    [InlineData(100, 0, "A4")]
    public void Grade_AtOrAboveAThreshold_IsTheBetterOne(double fit, double intent, string grade)
    {
        Assert.Equal(grade, Scores.Grade(DefaultModel.Model, fit, intent));
        Assert.Equal(grade, GradeScale.Names[DefaultModel.Model.Grade.IndexOf(fit, intent)]);
    }

    [Fact]
    public void Breadth_OfEngagedContacts_RisesByStepsUpToItsMax()
    {
        var model = Samples.Model("account: {engaged_half_life: 10d, breadth: {step: 0.25, max: 2}}");
        Assert.Equal(
            [1, 1, 1, 1.125, 1.25, 2, 2], new[] { 0, 0.5, 1, 1.5, 2, 5, 50 }.Select(engaged => Breadth.Factor(model, engaged)));
        Assert.Equal(1, Breadth.EngagedAt(model, Samples.Day(3), Samples.Day(1)));
        Assert.Equal(0.25, Breadth.EngagedAt(model, Samples.Day(0), Samples.Day(20)), 1e-15);
    }
}
