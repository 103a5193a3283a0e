using LeadGrains.Host.Loading.Traffic;
using LeadGrains.V1;

namespace LeadGrains.Host.Tests.Loading.Traffic;

public sealed class BatchEncoderTests
{
    private const ulong Seed = 1;
    private static readonly long[] Numbers = [.. Enumerable.Range(0, 500).Select(i => (long)i)];

    [Fact]
    public void Write_WhenParsedAgain_GivesThePlannedSignals()
    {
        var plan = TestModels.Plan();

        var request = Parse(plan, stream: 1, Numbers);

        Assert.Equal(77UL, request.Batch);
        Assert.Equal(AckLevel.Ranked, request.AckLevel);
        Assert.Equal(Numbers.Length, request.Signals.Count);
        foreach (var (signal, number) in request.Signals.Zip(Numbers))
        {
            var planned = plan.At(1, number);
            var kind = plan.Catalogue.Kinds[planned.Kind];
            Assert.Equal(kind.Type, signal.Type);
            Assert.Equal(kind.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal), signal.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal));
            Assert.Equal(planned.OccurredAtSecond, signal.OccurredAt.Seconds);
            Assert.Equal(planned.Target < plan.Population.Contacts ? plan.Population.ContactId(planned.Target) : "", signal.ContactId);
            Assert.Equal("load", signal.Source);
        }
    }

    [Fact]
    public void Write_WhenSignalsAreOnDifferentStreams_GivesEachItsOwnId()
    {
        var plan = TestModels.Plan();

        var ids = Enumerable.Range(0, 2).SelectMany(stream => Parse(plan, stream, Numbers).Signals.Select(signal => signal.Id)).ToList();

        Assert.Equal(2 * Numbers.Length, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Write_WhenTheSeedIsTheSame_GivesTheSameBytes() =>
        Assert.Equal(Parse(TestModels.Plan(), 0, Numbers), Parse(TestModels.Plan(), 0, Numbers));

    [Fact]
    public void Write_WhenTheSeedDiffers_GivesOtherSignals() =>
        Assert.NotEqual(Parse(TestModels.Plan(), 0, Numbers), Parse(TestModels.Plan(seed: 2), 0, Numbers));

    private static StreamSignalsRequest Parse(LoadPlan plan, int stream, long[] numbers)
    {
        var encoder = new BatchEncoder(plan, Seed);
        var batch = new EncodedBatch(new byte[encoder.MaxBytes(numbers.Length)]);
        encoder.Write(batch, 77, AckLevel.Ranked, stream, numbers);
        return StreamSignalsRequest.Parser.ParseFrom(batch.Written);
    }
}
