namespace LeadGrains.Scoring.Tests.Explanation;

public sealed class PartReasonsTests
{
    private static readonly ScoringModel Model = Samples.Model("""
        channels: {attribute: channel, factors: {ads: 2}}
        groups: {web: {half_life: 1d, cap: 10}, market: {half_life: 14d}, mail: {half_life: 7d}}
        machines: {burst: {signals: [clicked], count: 2, within: 10s}}
        rules:
          - {name: view, label: Viewed, signal: view, group: web, points: 4, per_day: 1}
          - {name: read, label: Read, signal: view, when: {asset: {exists: true}}, group: web, points: 3, once_per: {attribute: asset}, channels: false}
          - {name: outside, label: Outside score, signal: score, latest: true, scale: {attribute: score, from: 0, to: 100}, group: market, points: 30, channels: false}
          - {name: click, label: Clicked, signal: clicked, group: mail, points: 3, channels: false}
          - {name: missed, label: Missed, signal: missed, group: mail, points: 0}
        """);

    private readonly IntentState _state = new();

    [Fact]
    public void Of_WhenLimitsHeldSignalsBack_ListsThemWithWhy()
    {
        Send(0, "view", ("asset", "a"));
        Send(0.1, "view", ("asset", "A"));
        Send(0.2, "view", ("asset", "b"));
        Send(1, "score", ("score", "50"));
        Send(2, "score", ("score", "20"));

        Assert.Equal(
            [
                ("view", 1u, ""),
                ("read", 2u, ""),
                ("outside", 1u, ""),
                ("view", 2u, "over the daily limit of 1"),
                ("read", 1u, "seen before: the same thing counts once"),
                ("outside", 1u, "replaced: only the newest counts"),
            ],
            Parts(2).Select(part => (part.Rule, part.Count, part.Reason)));
        Assert.All(Parts(2).Skip(3), part => Assert.Equal(0, part.Points));
    }

    [Fact]
    public void Of_WhenMachinesAndDuplicatesCame_ListsThemWithWhy()
    {
        Send(0, "clicked");
        Send(0, "clicked");
        Send(0, "view", ("user_agent", "Slackbot 1.0"));
        var parts = ContactExplanation.Of(Model, Samples.Traits(), _state, Samples.Day(0), duplicates: 7);

        Assert.Equal(
            [
                ("machine", 1u, "a machine, by its user agent"),
                ("machine", 2u, "a machine: 2 or more within 10s"),
                ("duplicate", 7u, "a duplicate by source and id counts once"),
            ],
            parts.Select(part => (part.Rule, part.Count, part.Reason)));
        Assert.Equal(0, parts.Sum(part => part.Points));
    }

    [Fact]
    public void Of_WhenPointsHaveFaded_SaysThatTheyExpired()
    {
        // 4 · 2^-8 = 0.0156 and 4 · 2^-9 = 0.0078.
        Send(0, "view");
        Send(0, "missed");
        Assert.Equal(["", "the model gives nothing for it"], Parts(8).Select(part => part.Reason));
        Assert.Equal(["expired: faded below 0.01 points", "the model gives nothing for it"], Parts(9).Select(part => part.Reason));
    }

    [Fact]
    public void Of_WhenTheCapTook_SaysWhatItHolds()
    {
        // 4 · 2 and 3 are 11, and the group holds 10.
        Send(0, "view", ("asset", "a"), ("channel", "ads"));
        var clip = Parts(0).Single(part => part.Rule == "clip");
        Assert.Equal((-1, "capped: web holds at most 10 points"), (clip.Points, clip.Reason));
    }

    [Fact]
    public void Of_WhenAFactorOrAShareApplies_SaysSoInTheLabel()
    {
        Send(0, "view", ("channel", "ads"));
        Send(0, "score", ("score", "0"));
        Assert.Equal(
            ["Viewed (by channel)", "Outside score (the newest counts; by score, from 0 to 100)"],
            Parts(0).Select(part => part.Label));
        Assert.Equal("scaled to nothing", Parts(0)[1].Reason);
    }

    private void Send(double day, string type, params (string Name, string Value)[] attributes) =>
        _state.Send(Model, type, Samples.Day(day), attributes);

    private IReadOnlyList<ScorePart> Parts(double day) => ContactExplanation.Of(Model, Samples.Traits(), _state, Samples.Day(day));
}
