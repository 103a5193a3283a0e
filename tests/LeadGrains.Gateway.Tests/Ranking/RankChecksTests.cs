using Google.Rpc;
using Grpc.Core;
using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Ranking;
using LeadGrains.Grains;
using LeadGrains.Scoring;
using Status = Grpc.Core.Status;

namespace LeadGrains.Gateway.Tests.Ranking;

public sealed class RankChecksTests
{
    private const string Stages = """
        name: staged
        stages:
          contact: [{name: nurture}, {name: mql, total: {enter: 50, leave: 40}}]
        """;

    private readonly RequestChecks _fields = new();
    private readonly RankChecks _checks = new(_ => new ServedModel(1, ModelReader.Read(Stages).Model!));

    [Fact]
    public void Filter_WhenUnset_HoldsForEverything()
    {
        var filter = _checks.Filter(Workspaces.Default, GrainKind.Contact, filter: null, _fields);

        Assert.Empty(filter.Stages);
        Assert.Empty(filter.Grades);
        Assert.Empty(filter.Traits);
        Assert.Equal((null, null, null, false), (filter.MinTotal, filter.MinFit, filter.MinIntent, filter.IncludeDisqualified));
    }

    [Fact]
    public void Filter_WhenSurgingIsAskedOfContacts_IsRefused()
    {
        Assert.True(_checks.Filter(Workspaces.Default, GrainKind.Account, new V1.RankFilter { Surging = true, Dormant = true }, _fields) is { Surging: true, Dormant: true });
        _fields.ThrowIfAny();

        _checks.Filter(Workspaces.Default, GrainKind.Contact, new V1.RankFilter { Surging = true }, _fields);

        var fault = Assert.Throws<RpcException>(_fields.ThrowIfAny);
        Assert.Equal("filter.surging is of accounts only", fault.Status.Detail);
    }

    [Fact]
    public void Filter_WhenARequestHasSeveral_NamesTheOneThatIsWrong()
    {
        _checks.Filter(Workspaces.Default, GrainKind.Account, new V1.RankFilter { Unmatched = true }, _fields, "account_filter");

        Assert.StartsWith("account_filter.unmatched is", Assert.Throws<RpcException>(_fields.ThrowIfAny).Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_WhenSet_KeepsEveryCondition()
    {
        var filter = _checks.Filter(Workspaces.Default, GrainKind.Contact, new V1.RankFilter
        {
            Stages = { "mql", "mql" },
            Grades = { "A1", "D4" },
            MinTotal = 0,
            MinFit = 20,
            MinIntent = double.NegativeInfinity,
            Traits = { ["region"] = new V1.AcceptedValues { Values = { "EMEA", "APAC" } }, ["title"] = new V1.AcceptedValues() },
            IncludeDisqualified = true,
        }, _fields);
        _fields.ThrowIfAny();

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
        _checks.Filter(Workspaces.Default, kind, new V1.RankFilter { Stages = { stage } }, _fields);
        var fault = Assert.Throws<RpcException>(_fields.ThrowIfAny);

        Assert.Equal(new Status(StatusCode.InvalidArgument, message), fault.Status);
    }

    [Fact]
    public void Filter_WhenSeveralFieldsAreWrong_GathersOneViolationOfEach()
    {
        _checks.Filter(
            Workspaces.Default,
            GrainKind.Contact,
            new V1.RankFilter
            {
                Stages = { "a", "b" },
                Grades = { "E1" },
                MinTotal = double.NaN,
                MinFit = double.NaN,
                MinIntent = double.NaN,
                Traits = { [new string('x', 129)] = new V1.AcceptedValues(), [new string('y', 129)] = new V1.AcceptedValues() },
            },
            _fields);
        RankChecks.By((V1.RankBy)9, _fields);

        var fault = Assert.Throws<RpcException>(_fields.ThrowIfAny);
        Assert.Equal(
            ["filter.stages", "filter.grades", "filter.min_total", "filter.min_fit", "filter.min_intent", "filter.traits", "rank_by"],
            fault.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Select(violation => violation.Field));
    }

    [Fact]
    public void Filter_WhenUnmatchedIsAskedOfAccounts_IsRefused()
    {
        Assert.True(_checks.Filter(Workspaces.Default, GrainKind.Contact, new V1.RankFilter { Unmatched = true }, _fields).Unmatched);
        _fields.ThrowIfAny();

        _checks.Filter(Workspaces.Default, GrainKind.Account, new V1.RankFilter { Unmatched = true }, _fields);

        Assert.StartsWith("filter.unmatched is of contacts only", Assert.Throws<RpcException>(_fields.ThrowIfAny).Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_WhenAnUnknownNameIsLong_ShowsItsBeginning()
    {
        _checks.Filter(Workspaces.Default, GrainKind.Contact, new V1.RankFilter { Grades = { new string('x', 10_000) } }, _fields);
        var fault = Assert.Throws<RpcException>(_fields.ThrowIfAny);

        Assert.StartsWith($"filter.grades has '{new string('x', 61)}...', known are: A1, A2", fault.Status.Detail, StringComparison.Ordinal);
        Assert.True(fault.Status.Detail.Length < 300);
    }
}
