using System.Text;
using LeadGrains.Host.Loading.Traffic;
using LeadGrains.Scoring;

namespace LeadGrains.Host.Tests.Loading.Traffic;

public sealed class PlainConditionTests
{
    [Theory]
    [InlineData("boss", "Chief of Staff", true)]
    [InlineData("boss", "a cHiEf b", true)]
    [InlineData("boss", "analyst", false)]
    [InlineData("boss", null, false)]
    public void Holds_WhenPartsAreSought_IgnoresCase(string role, string? title, bool holds) =>
        Assert.Equal(holds, TestModels.Conditions.Roles[role].Holds(title));

    [Theory]
    [InlineData("200", true)]
    [InlineData("5000.0", true)]
    [InlineData("199.9", false)]
    [InlineData("many", false)]
    [InlineData(null, false)]
    public void Holds_WhenARangeIsAsked_IncludesItsEnds(string? employees, bool holds) =>
        Assert.Equal(holds, TestModels.Conditions.AccountFit["size"].Holds(employees));

    [Theory]
    [InlineData(null, true)]
    [InlineData("yes", false)]
    public void Holds_WhenThereMustBeNoValue_HoldsWithoutOne(string? recorded, bool holds) =>
        Assert.Equal(holds, TestModels.Conditions.Rules["quiet"].Single().Holds(recorded));

    /// <summary>The load test's own reading of the default model and the server's agree on what each of its signals scores.</summary>
    [Fact]
    public void Catalogue_WhenMadeFromTheDefaultModel_ScoresAsTheServerDoes()
    {
        var model = DefaultModel.Model;
        var catalogue = new SignalCatalogue(model, new ModelConditions(model.Yaml));

        foreach (var kind in catalogue.Kinds)
        {
            var trace = new SignalTrace();
            new IntentState().Apply(model, Encoding.UTF8.GetBytes(kind.Type), new Instant(0), new PlainAttributes(kind.Attributes), trace);
            var scored = trace.Verdicts.Where(verdict => verdict.Outcome == RuleOutcome.Counted).Select(verdict => verdict.Rule);
            Assert.Equal(kind.IsScanner, trace.Verdicts.Any(verdict => verdict.Outcome == RuleOutcome.Machine));
            Assert.Equal(kind.Rules, scored.Order());
        }
    }
}
