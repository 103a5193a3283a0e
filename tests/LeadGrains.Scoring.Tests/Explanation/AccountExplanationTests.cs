using FsCheck;
using FsCheck.Fluent;
using LeadGrains.Scoring.Tests.Intent;

namespace LeadGrains.Scoring.Tests.Explanation;

public class AccountExplanationTests
{
    private static readonly ScoringModel Model = IntentPropertyTests.Bounded;

    [Fact]
    public void Of_WhenContactsAreEngaged_HasTheirWeightedPartsAndOneForBreadth()
    {
        ScorePart[] own = [Part("a", 10), Part("b", 4), Part("f", 99) with { Dimension = Dimension.Fit }];
        var ownState = new IntentState();
        ownState.Send(Model, "s1", Samples.Day(0));
        var parts = AccountExplanation.Of(
            Model, Samples.Traits(), ownState, [new("c1", 1.5, own), new ContactParts("c2", 1, [Part("a", 6)])], factor: 1.25, Samples.Day(0));

        Assert.Equal(["a2", "b1", "a", "b", "a", "breadth"], parts.Select(part => part.Rule));
        Assert.Equal([7.5, 11, 15, 6, 6, 0.25 * 27], parts.Select(part => part.Points));
        Assert.Equal(["", "", "c1", "c1", "c2", ""], parts.Select(part => part.ContactId));
        Assert.All(parts, part => Assert.Equal(Dimension.Intent, part.Dimension));
    }

    [Fact]
    public void Of_ForAnyHistories_AddsUpToFactorTimesWeightedPointsAndOwn() =>
        Prop.ForAll(IntentPropertyTests.Histories.Generator.ArrayOf(4).Zip(Gen.Choose(0, 8)).ToArbitrary(), sample =>
        {
            var (histories, step) = sample;
            var at = Samples.Day(45);
            var states = histories.Select(history => IntentPropertyTests.Play(Model, history)).ToList();
            var contacts = states.Skip(1).Select((state, i) =>
                new ContactParts($"c{i}", 0.5 + i, ContactExplanation.Of(Model, Samples.Traits(), state, at))).ToList();
            var factor = 1 + step * 0.125;
            var expected = factor * states.Skip(1).Select((state, i) => (0.5 + i) * state.PointsAt(Model, at)).Sum()
                + states[0].PointsAt(Model, at);
            var parts = AccountExplanation.Of(Model, Samples.Traits(), states[0], contacts, factor, at);
            return Math.Abs(parts.Sum(part => part.Points) - expected) <= 1e-9;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Of_WhenThereAreTooManyParts_SumsTheSmallest()
    {
        var model = Samples.Model("fit: {account: [{name: f, trait: t, exists: true, points: 5}]}");
        var contacts = Enumerable.Range(1, 1500)
            .Select(i => new ContactParts($"c{i}", 1, [Part("a", i % 2 == 0 ? i : -i) with { LastOccurredAt = Samples.Day(i) }]))
            .ToList();
        var sum = contacts.Sum(contact => contact.Parts[0].Points);
        var parts = AccountExplanation.Of(model, Samples.Traits(("t", 1)), new IntentState(), contacts, factor: 1.5, Samples.Day(0));

        // One of fit, one for breadth and one for others leave 997; 503 are summed.
        Assert.Equal(1000, parts.Count);
        var others = Assert.Single(parts, part => part.Rule == "others");
        Assert.Equal((503u, Samples.Day(503), "503 smaller parts"), (others.Count, others.LastOccurredAt!.Value, others.Label));
        Assert.Equal(1500, parts[1].Points);
        Assert.Equal(Dimension.Fit, parts[0].Dimension);
        Assert.DoesNotContain(parts, part => part.Rule == "a" && Math.Abs(part.Points) <= 503);
        Assert.Equal(1.5 * sum, parts.Skip(1).Sum(part => part.Points), 1e-9);
    }

    [Fact]
    public void Of_WhenThereAreJustAThousandParts_KeepsThemAll()
    {
        var contacts = Enumerable.Range(1, 1000).Select(i => new ContactParts($"c{i}", 1, [Part("a", i)])).ToList();
        var parts = AccountExplanation.Of(Model, Samples.Traits(), new IntentState(), contacts, factor: 1, Samples.Day(0));
        Assert.Equal(1000, parts.Count);
        Assert.DoesNotContain(parts, part => part.Rule is "others" or "breadth");
    }

    private static ScorePart Part(string rule, double points) =>
        new(rule, rule, Dimension.Intent, "g", points, 1, Samples.Day(0), "");
}
