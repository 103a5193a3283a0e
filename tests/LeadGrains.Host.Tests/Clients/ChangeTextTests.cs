using Google.Protobuf.WellKnownTypes;
using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Host.Tests.Clients;

public sealed class ChangeTextTests
{
    private static readonly Timestamp At = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Of_EachSort_SaysWhatHappenedToWhom()
    {
        var ann = new Change { Kind = GrainKind.Contact, ContactId = "ann", AccountId = "acme", At = At };
        var acme = new Change { Kind = GrainKind.Account, AccountId = "acme", At = At };
        Assert.Equal(
            "2026-03-01T08:00:00Z  contact ann: nurture -> mql  (why)",
            ChangeText.Of(new Change(ann) { Stage = new StageMove { FromStage = "nurture", ToStage = "mql", Reason = "why" } }));
        Assert.Equal(
            "2026-03-01T08:00:00Z  account acme: surges  (40.0 points in seven days, 5.0 in the seven before)",
            ChangeText.Of(new Change(acme) { Surge = new SurgeBegin { Gained = 40, Before = 5 } }));
        Assert.Equal(
            "2026-03-01T08:00:00Z  contact ann: woke up  (slept since 2026-03-01 08:00:00Z)",
            ChangeText.Of(new Change(ann) { WakeUp = new WakeUp { DormantSince = At } }));
        var crossing = new ThresholdCrossing { Threshold = "hot", Score = ScoreKind.Intent, Reached = true, Level = 80, Value = 81.24 };
        Assert.Equal(
            "2026-03-01T08:00:00Z  account acme: reached hot  (intent 81.2, at least 80.0)", ChangeText.Of(new Change(acme) { Threshold = crossing }));
        Assert.Equal(
            "2026-03-01T08:00:00Z  account acme: fell below hot  (total 69.5, below 70.0)",
            ChangeText.Of(new Change(acme) { Threshold = new ThresholdCrossing { Threshold = "hot", Score = ScoreKind.Total, Level = 70, Value = 69.5 } }));
    }

    [Fact]
    public void TypeOf_EveryWord_IsTheSortThatIsCalledSo() =>
        Assert.Equal(ChangeText.Types, ChangeText.Types.Select(word => ChangeText.WordOf(ChangeText.TypeOf(word))));
}
