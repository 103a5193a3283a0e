using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using LeadGrains.Grains.Codecs;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Tests.Codecs;

public sealed class IntentCodecTests
{
    private static readonly ScoringModel Model = ModelReader.Read("""
        channels: {attribute: a, factors: {mail: 0.5, guide: 2}}
        groups: {a: {half_life: 3d, cap: 40}, b: {half_life: 20d, floor: -9}}
        rules:
          - {name: plain, signal: x, group: a, points: 3, per_day: 2}
          - {name: once, signal: x, once_per: {attribute: a, within: 1d}, group: a, points: 1}
          - {name: count, signal: x, count: 3, within: 2d, group: a, points: 10}
          - {name: sequence, sequence: [x, y, x], within: 5d, group: b, points: -7}
          - {name: blog, signal: y, diminishing: 0.5, within: 1d, group: a, points: 5, channels: false}
        """).Model!;

    private static readonly Gen<(bool X, int Hours)[]> Histories =
        Gen.Choose(0, 300).SelectMany(length => Gen.Elements(true, false).Zip(Gen.Choose(-400, 400)).ArrayOf(length));

    [Fact]
    public void FromStored_OfWhatWasStored_GoesOnWithTheSameBits() =>
        Prop.ForAll(Histories.Two().ToArbitrary(), sample =>
        {
            var live = new IntentState();
            Play(live, sample.Item1);
            var stored = Stored.IntentState.Parser.ParseFrom(IntentCodec.ToStored(live).ToByteArray());
            var restored = IntentCodec.FromStored(stored);
            Play(live, sample.Item2);
            Play(restored, sample.Item2);
            return IntentCodec.ToStored(live).Equals(IntentCodec.ToStored(restored));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void FromStored_OfARowWithoutWindows_RestoresAsBefore()
    {
        var live = new IntentState();
        live.Apply(Model, "x"u8, Instant.Epoch, default(OneAsset));
        var stored = IntentCodec.ToStored(live);
        stored.Windows.Clear();
        var restored = IntentCodec.FromStored(stored);
        Assert.True(restored.Windows.IsEmpty);
        Assert.Equal(live.Rules.ToArray(), restored.Rules.ToArray());
        Assert.Equal(live.Groups.ToArray(), restored.Groups.ToArray());
        Assert.Equal(live.DayCounts.ToArray(), restored.DayCounts.ToArray());
        Assert.Equal(live.Velocity, restored.Velocity);
    }

    [Fact]
    public void FromStored_WhenTheNewestDaysPointsWereWithdrawn_KnowsThatDayStill()
    {
        var model = ModelReader.Read("""
            groups: {g: {half_life: 9d}}
            rules: [{name: pair, signal: x, count: 2, within: 30d, group: g, points: 10}]
            """).Model!;
        var live = new IntentState();
        // Days 5 and 25 make an award on day 25; day 6 moves it there, 19 days before the newest day.
        foreach (var day in new[] { 5, 25, 6 })
            live.Apply(model, "x"u8, Instant.Epoch + TimeSpan.FromDays(day), default(OneAsset));
        Assert.True(live.Velocity.IsEmpty);
        var restored = IntentCodec.FromStored(IntentCodec.ToStored(live));
        Assert.Equal(live.Velocity, restored.Velocity);
    }

    [Fact]
    public void ToStored_OfAFullWindow_TakesFewBytes()
    {
        var live = new IntentState();
        Play(live, [.. Enumerable.Range(0, 64).Select(hour => (false, hour))]);
        Assert.InRange(IntentCodec.ToStored(live).Windows.Single(window => window.Rule == 4).CalculateSize(), 64, 64 * 8);
    }

    private static void Play(IntentState state, (bool X, int Hours)[] history)
    {
        foreach (var (isX, hours) in history)
            state.Apply(Model, isX ? "x"u8 : "y"u8, Instant.Epoch + TimeSpan.FromHours(hours), default(OneAsset));
    }

    private readonly struct OneAsset : IAttributes
    {
        public bool TryGet(ReadOnlySpan<byte> nameUtf8, out ReadOnlySpan<byte> valueUtf8)
        {
            valueUtf8 = "Guide"u8;
            return true;
        }
    }
}
