using Grpc.Core;
using LeadGrains.Gateway.Models;
using LeadGrains.Gateway.Ranking;
using LeadGrains.Grains;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Tests.Ranking;

public sealed class RankChecksTests
{
    private const string Stages = """
        name: staged
        stages:
          contact: [{name: nurture}, {name: mql, total: {enter: 50, leave: 40}}]
        """;

    private readonly RankChecks _checks = new(new ServedModel(1, ModelReader.Read(Stages).Model!));

    [Fact]
    public void Filter_WhenUnset_HoldsForEverything()
    {
        var filter = _checks.Filter(GrainKind.Contact, filter: null);

        Assert.Empty(filter.Stages);
        Assert.Empty(filter.Grades);
        Assert.Empty(filter.Traits);
        Assert.Equal((null, null, null, false), (filter.MinTotal, filter.MinFit, filter.MinIntent, filter.IncludeDisqualified));
    }

    [Fact]
    public void Filter_WhenSet_KeepsEveryCondition()
    {
        var filter = _checks.Filter(GrainKind.Contact, new V1.RankFilter
        {
            Stages = { "mql", "mql" },
            Grades = { "A1", "D4" },
            MinTotal = 0,
            MinFit = 20,
            MinIntent = double.NegativeInfinity,
            Traits = { ["region"] = new V1.AcceptedValues { Values = { "EMEA", "APAC" } }, ["title"] = new V1.AcceptedValues() },
            IncludeDisqualified = true,
        });

        Assert.Equal(["mql"], filter.Stages);
        Assert.Equal(["A1", "D4"], filter.Grades);
        Assert.Equal((0, 20, double.NegativeInfinity, true), (filter.MinTotal, filter.MinFit, filter.MinIntent, filter.IncludeDisqualified));
        Assert.Equal(["region"], filter.Traits.Keys);
        Assert.Equal(["EMEA", "APAC"], filter.Traits["region"]);
    }

    [Theory]
    [InlineData(GrainKind.Contact, "mqa", "filter.stages has 'mqa', known are: nurture, mql")]
    [InlineData(GrainKind.Account, "mql", "filter.stages has 'mql', known are: none")]
    public void Filter_WhenAStageIsUnknown_NamesThoseOfTheKind(GrainKind kind, string stage, string message)
    {
        var fault = Assert.Throws<RpcException>(() => _checks.Filter(kind, new V1.RankFilter { Stages = { stage } }));

        Assert.Equal(new Status(StatusCode.InvalidArgument, message), fault.Status);
    }

    [Fact]
    public void Filter_WhenAnUnknownNameIsLong_ShowsItsBeginning()
    {
        var fault = Assert.Throws<RpcException>(() => _checks.Filter(GrainKind.Contact, new V1.RankFilter { Grades = { new string('x', 10_000) } }));

        Assert.StartsWith($"filter.grades has '{new string('x', 64)}...', known are: A1, A2", fault.Status.Detail, StringComparison.Ordinal);
        Assert.True(fault.Status.Detail.Length < 300);
    }
}
