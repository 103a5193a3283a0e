using LeadGrains.Grains.Parents;
using LeadGrains.Grains.Tests.Ranking;
using LeadGrains.Grains.Tests.Rollup;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Parents;

public sealed class ParentActivityTests
{
    private static readonly Instant Now = RandomRows.Now;
    private static readonly TimeSpan DormantAfter = TimeSpan.FromDays(60);

    private readonly RolledAccounts _accounts = new();
    private readonly ParentActivity _activity;

    public ParentActivityTests() => _activity = new ParentActivity(_accounts.Columns, _accounts.Table);

    [Fact]
    public void Note_WhenSignalsComeSteadily_AsksForNoLookButTheFirst()
    {
        Signal("a", 1, 0);
        Assert.True(Note(0));

        Assert.False(Note(1));
        Assert.False(Note(0));
        Assert.False(Note(60.9));
        Assert.False(_activity.Note(0, Instant.Min, lostSignals: false, DormantAfter));
    }

    // Its subsidiaries were at work on day 50, which keeps the columns' newest signal young, and the parent asleep.
    [Fact]
    public void Note_WhenOnlySubsidiariesWereActive_AsksForALookAfterADormantTime()
    {
        Signal("a", 1, 0);
        Note(0);
        _accounts.Columns.SetShare(0, new double[_accounts.Columns.Sums.Count], Day(50), default);

        Assert.True(Note(60));
    }

    // Ann's day 100 is forgotten with her: Bob's day 10 is the newest before his day 75.
    [Fact]
    public void Note_WhenTheNewestLeaves_MeasuresFromTheNewestThatIsLeft()
    {
        Signal("ann", 1, 100);
        Signal("bob", 1, 10);
        Note(100);

        _accounts.Put(new Message("ann", 0, 2) { Withdrawn = true });
        Assert.True(_activity.Note(0, Instant.Min, lostSignals: true, DormantAfter));

        Assert.True(Note(75));
    }

    private static Instant Day(double day) => Now + TimeSpan.FromDays(day - 200);

    private bool Note(double day) => _activity.Note(0, Day(day), lostSignals: false, DormantAfter);

    private void Signal(string contact, long version, double day) =>
        _accounts.Put(new Message(contact, 0, version) { LastSignalAt = Day(day) });
}
