using FsCheck;
using FsCheck.Fluent;

namespace LeadGrains.Scoring.Tests.Activity;

public class AccountActivityTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromDays(60);

    [Fact]
    public void WakeUp_WhenNothingCameBefore_IsNull()
    {
        Assert.Null(AccountActivity.WakeUp([], Bound));
        Assert.Null(Of((Run(0), 10)));
        Assert.Null(Of((Run(0), 10), (Run(50), 90)));
    }

    // Ann was seen until day 10, Bob's first signal came on day 100: 90 days of nothing.
    [Fact]
    public void WakeUp_WhenSomebodyNewComesAfterADormantTime_IsTheirFirstSignal() =>
        Assert.Equal(new ActivityRun(Samples.Day(100), Samples.Day(10)), Of((Run(0), 10), (Run(100), 120)));

    // Ann herself came back on day 100, but Bob had been there on day 70.
    [Fact]
    public void WakeUp_WhenAnotherWasThereMeanwhile_IsNull() =>
        Assert.Null(Of((new ActivityRun(Samples.Day(100), Samples.Day(10)), 120), (Run(20), 70)));

    [Fact]
    public void WakeUp_WhenTheBeginIsNotKnown_IsNull() =>
        Assert.Null(Of((Run(0), 10), (new ActivityRun(Instant.Min, Instant.Min), 120)));

    // Signals of three people in the order of time: after each, what the parts tell is what all signals tell.
    [Fact]
    public void WakeUp_WhenFoldedSignalBySignal_IsTheLastGapOfAllOfThem()
    {
        var signals = (from person in Gen.Choose(0, 2) from gap in Gen.Choose(0, 80) select (person, gap)).ListOf();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(signals.ToArbitrary(), all =>
        {
            var people = new (ActivityRun Run, Instant Last)[3];
            Array.Fill(people, (ActivityRun.None, Instant.Min));
            Instant? told = null;
            Instant? truth = null;
            var (now, before) = (Samples.Start, Instant.Min);
            foreach (var (person, gap) in all)
            {
                now += TimeSpan.FromDays(gap);
                if (before != Instant.Min && now - before >= Bound)
                    truth = now;
                before = now;
                people[person] = (people[person].Run.With(people[person].Last, now, Bound), now);
                if (AccountActivity.WakeUp([.. people.Where(one => one.Last != Instant.Min)], Bound) is { } woke)
                    told = told is { } known ? Instant.Later(known, woke.BeganAt) : woke.BeganAt;
            }

            return told == truth;
        }));
    }

    private static ActivityRun Run(double day) => new(Samples.Day(day), Instant.Min);

    private static ActivityRun? Of(params (ActivityRun Run, double Last)[] parts) =>
        AccountActivity.WakeUp([.. parts.Select(part => (part.Run, Samples.Day(part.Last)))], Bound);
}
