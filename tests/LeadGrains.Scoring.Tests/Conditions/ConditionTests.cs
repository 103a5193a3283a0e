using System.Text;

namespace LeadGrains.Scoring.Tests.Conditions;

public class ConditionTests
{
    [Theory]
    [InlineData("{equals: Paid}", "PAID", true)]
    [InlineData("{equals: paid}", "paid search", false)]
    [InlineData("{equals: paid}", null, false)]
    [InlineData("{in: [paid, organic]}", "Organic", true)]
    [InlineData("{in: [paid, organic]}", "direct", false)]
    [InlineData("{in: paid}", "paid", true)]
    [InlineData("{contains: ai}", "PAID", true)]
    [InlineData("{contains: [x, gan]}", "organic", true)]
    [InlineData("{contains: [x, y]}", "organic", false)]
    [InlineData("{between: [10, 20]}", "10", true)]
    [InlineData("{between: [10, 20]}", "2e1", true)]
    [InlineData("{between: [10, 20]}", " 15.5 ", true)]
    [InlineData("{between: [10, 20]}", "20.0001", false)]
    [InlineData("{between: [10, 20]}", "15 minutes", false)]
    [InlineData("{between: [10, 20]}", "1,5", false)]
    [InlineData("{between: [-1, 0]}", "-0.5", true)]
    [InlineData("{between: [10, 20]}", "NaN", false)]
    [InlineData("{between: [10, 20]}", null, false)]
    [InlineData("{exists: true}", "", true)]
    [InlineData("{exists: true}", null, false)]
    [InlineData("{exists: false}", null, true)]
    [InlineData("{exists: false}", "", false)]
    [InlineData("{exists: true, equals: a}", "a", true)]
    [InlineData("{contains: a, equals: ab}", "ab", true)]
    [InlineData("{contains: c, equals: ab}", "ab", false)]
    [InlineData("{equals: 5000}", "5000", true)]
    [InlineData("{equals: true}", "TRUE", true)]
    public void When_OfAnAttribute_HoldsAsItSays(string condition, string? value, bool holds)
    {
        var model = Samples.Model($$$"""
            groups: {g: {half_life: 1d}}
            rules: [{name: r, signal: s, when: {channel: {{{condition}}} }, group: g, points: 1}]
            """);
        (string, string)[] attributes = value is null ? [("other", "paid")] : [("other", "x"), ("channel", value)];
        Assert.Equal(holds, new IntentState().Send(model, "s", Samples.Start, attributes).Matched);
    }

    [Fact]
    public void When_OfSeveralAttributes_AsksForAll()
    {
        var model = Samples.Model("""
            groups: {g: {half_life: 1d}}
            rules: [{name: r, signal: s, when: {url: {contains: /a}, kind: {equals: b}}, group: g, points: 1}]
            """);
        Assert.True(new IntentState().Send(model, "s", Samples.Start, ("url", "/a"), ("kind", "B")).Matched);
        Assert.False(new IntentState().Send(model, "s", Samples.Start, ("url", "/a"), ("kind", "c")).Matched);
        Assert.False(new IntentState().Send(model, "s", Samples.Start, ("url", "/a")).Matched);
    }

    [Fact]
    public void When_OfSeveralRulesOnOneAttribute_LooksItUpOnce()
    {
        var rules = string.Join('\n', Enumerable.Range(0, 5).Select(i =>
            $"  - {{name: r{i}, signal: s, when: {{url: {{contains: /{i}}}}}, group: g, points: 1}}"));
        var model = Samples.Model($"groups: {{g: {{half_life: 1d}}}}\nrules:\n{rules}");
        var attributes = new Attributes(("url", "/3"));
        Assert.True(new IntentState().Apply(model, "s"u8, Samples.Start, attributes).Matched);
        Assert.Equal(1, attributes.Lookups);
    }

    [Fact]
    public void When_ValueIsNoUtf8_MatchesWhatIsLeft()
    {
        var model = Samples.Model("""
            groups: {g: {half_life: 1d}}
            rules: [{name: r, signal: s, when: {a: {contains: é}}, group: g, points: 1}]
            """);
        Assert.False(new IntentState().Apply(model, "s"u8, Samples.Start, new RawAttribute([0xC3])).Matched);
        Assert.True(new IntentState().Apply(model, "s"u8, Samples.Start, new RawAttribute([0xFF, 0xC3, 0xA9])).Matched);
    }

    [Theory]
    [InlineData("contains: [chief, vp]", "VP Sales", true)]
    [InlineData("in: [cto]", "CTO", true)]
    [InlineData("equals: cto", "director", false)]
    public void Fit_OfATextTrait_HoldsAsItSays(string condition, string value, bool holds) =>
        Assert.Equal(holds, Holds(condition, value));

    [Fact]
    public void Fit_OfOtherTraits_HoldsAsItSays()
    {
        Assert.True(Holds("between: [200, 5000]", 200));
        Assert.True(Holds("between: [200, 5000]", "5000"));
        Assert.False(Holds("between: [200, 5000]", 5000.5));
        Assert.False(Holds("between: [0, 1]", true));
        Assert.True(Holds("equals: 200", 200));
        Assert.True(Holds("equals: true", true));
        Assert.True(Holds("in: [b]", new object[] { "a", "B" }));
        Assert.False(Holds("in: [c]", new object[] { "a", "b" }));
        Assert.True(Holds("between: [5, 6]", new object[] { "a", 5.5 }));
        Assert.True(Holds("exists: true", Array.Empty<object>()));
        Assert.False(Holds("exists: false", ""));
    }

    [Fact]
    public void Fit_OfAMissingTrait_HoldsOnlyWhereItMustNotExist()
    {
        Assert.Equal(5, Fit.Of(Rules("exists: false"), Samples.Traits()));
        Assert.Equal(0, Fit.Of(Rules("exists: true"), Samples.Traits()));
        Assert.Equal(0, Fit.Of(Rules("contains: a"), Samples.Traits(("T", "a"))));
    }

    private static bool Holds(string condition, object value) => Fit.Of(Rules(condition), Samples.Traits(("t", value))) == 5;

    private static System.Collections.Immutable.ImmutableArray<FitRule> Rules(string condition) =>
        Samples.Model($"fit: {{contact: [{{name: f, trait: t, {condition}, points: 5}}]}}").ContactFit;

    private readonly struct RawAttribute(byte[] value) : IAttributes
    {
        public bool TryGet(ReadOnlySpan<byte> nameUtf8, out ReadOnlySpan<byte> valueUtf8)
        {
            valueUtf8 = value;
            return Encoding.UTF8.GetString(nameUtf8) == "a";
        }
    }
}
