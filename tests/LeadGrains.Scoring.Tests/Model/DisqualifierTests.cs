namespace LeadGrains.Scoring.Tests.Model;

public class DisqualifierTests
{
    private static readonly ScoringModel Model = Samples.Model("""
        disqualify:
          - {name: competitor, trait: company, in: [Rival Inc, Rival], reason: Works for a competitor}
          - {name: student, trait: title, contains: student, reason: Student}
          - {name: unknown, of: account, trait: industry, exists: false}
        """);

    [Fact]
    public void FirstOf_WhenSeveralHold_IsTheFirstOfTheDocument()
    {
        var traits = Samples.Traits(("title", "PhD Student"), ("company", "rival inc"));

        Assert.Equal("Works for a competitor", Disqualifier.FirstOf(Model.ContactDisqualifiers, traits)!.Reason);
    }

    [Fact]
    public void FirstOf_WhenOneElementOfAListMatches_Holds() =>
        Assert.Equal("competitor", Disqualifier.FirstOf(Model.Disqualifiers(account: false), Samples.Traits(("company", new object[] { "Acme", "Rival" })))!.Name);

    [Fact]
    public void FirstOf_WhenNoneHolds_IsNull() =>
        Assert.Null(Disqualifier.FirstOf(Model.ContactDisqualifiers, Samples.Traits(("company", "Rivalry"), ("title", "CEO"))));

    [Fact]
    public void FirstOf_WhenATraitMustBeThereAndIsNot_Holds()
    {
        Assert.Equal("unknown", Disqualifier.FirstOf(Model.Disqualifiers(account: true), Samples.Traits())!.Reason);
        Assert.Null(Disqualifier.FirstOf(Model.AccountDisqualifiers, Samples.Traits(("industry", "software"))));
    }
}
