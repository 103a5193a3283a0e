namespace LeadGrains.Host.Tests.Loading.Traffic;

public sealed class LoadPlanTests
{
    private const int Signals = 5_000;

    [Fact]
    public void At_WhenAskedForAllStreams_KeepsEachGrainOnOne()
    {
        var plan = TestModels.Plan(streams: 4);
        var streamOf = new Dictionary<int, int>();

        for (var stream = 0; stream < plan.Streams; stream++)
        {
            for (var number = 0; number < Signals; number++)
            {
                var target = plan.At(stream, number).Target;
                Assert.Equal(stream, streamOf.GetValueOrDefault(target, stream));
                streamOf[target] = stream;
            }
        }

        Assert.Equal(plan.Population.Contacts + plan.Population.Accounts, streamOf.Count);
    }

    [Fact]
    public void At_WhenManyAreAsked_UsesEveryKindAndNoLaterTime()
    {
        var plan = TestModels.Plan();
        var planned = Enumerable.Range(0, Signals).Select(number => plan.At(0, number)).ToList();

        Assert.Equal(plan.Catalogue.Kinds.Count, planned.Select(signal => signal.Kind).Distinct().Count());
        Assert.True(planned.Max(signal => signal.OccurredAtSecond) <= TestModels.Until.ToUnixTimeSeconds());
        Assert.True(planned.Min(signal => signal.OccurredAtSecond) >= TestModels.Until.AddDays(-16).ToUnixTimeSeconds());
    }

    [Fact]
    public void Kinds_WhenMadeFromAModel_KnowTheRulesThatScoreThem()
    {
        var kinds = TestModels.Plan().Catalogue.Kinds;

        var names = kinds.Select(kind => string.Join(',', kind.Rules.Select(rule => TestModels.Model.Rules[rule].Name)));

        Assert.Equal(["view", "view,pricing", "long_call,quiet", "quiet", "unsubscribed", ""], names.Order(Comparer<string>.Create(ByModel)));
    }

    private static int ByModel(string? left, string? right)
    {
        string[] order = ["view", "view,pricing", "long_call,quiet", "quiet", "unsubscribed", ""];
        return Array.IndexOf(order, left).CompareTo(Array.IndexOf(order, right));
    }
}
