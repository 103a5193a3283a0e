using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Wire;
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
          - {name: rating, signal: y, latest: true, group: b, points: 2}
          - {name: click, signal: z, once_per: {attribute: a, within: 3h}, group: a, points: 4, per_day: 3}
          - {name: tap, signal: z, group: b, points: 1, channels: false}
          - {name: blog, signal: y, diminishing: 0.5, within: 1d, group: a, points: 5, channels: false}
        machines: {burst: {signals: [z], count: 3, within: 1h}}
        """).Model!;

    private static readonly Gen<(string Type, int Hours)[]> Histories =
        Gen.Choose(0, 300).SelectMany(length => Gen.Elements("x", "y", "z").Zip(Gen.Choose(-400, 400)).ArrayOf(length));

    [Fact]
    public void FromStored_OfWhatWasStored_GoesOnWithTheSameBits() =>
        Prop.ForAll(Histories.Two().ToArbitrary(), sample =>
        {
            var live = new IntentState();
            Play(live, sample.Item1);
            var restored = IntentCodec.FromStored(Parsed(live), arena: null);
            Play(live, sample.Item2);
            Play(restored, sample.Item2);
            return PlainIntent.Of(live).Equals(PlainIntent.Of(restored));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Write_OfAnyState_GivesTheBytesOfTheGeneratedType() =>
        Prop.ForAll(Histories.ToArbitrary(), history =>
        {
            var live = new IntentState();
            Play(live, history);
            Assert.Equal(PlainIntent.Of(live).ToByteArray(), Written(live));
            Assert.Equal(PlainIntent.Of(live), Parsed(live));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void FromStored_OfWhatLimitsAndBurstsLeft_RestoresAllOfIt()
    {
        var live = new IntentState();
        // Three of z within an hour are a burst; the rest are held back by an object seen before, or are replaced.
        Play(live, [("z", 0), ("z", 0), ("z", 1), ("z", 9), ("z", 10), ("y", 5), ("y", 6), ("x", 1), ("x", 1), ("x", 1)]);
        var contents = live.Contents;
        Assert.Equal(new MachineCounts(0, 3), contents.Machines);
        Assert.Equal([RuleOutcome.DayFull, RuleOutcome.SeenBefore, RuleOutcome.Superseded, RuleOutcome.SeenBefore], contents.Held.ToArray().Select(held => held.Outcome));

        var restored = IntentCodec.FromStored(Parsed(live), contents.SettledEngagement, arena: null).Contents;
        Assert.Equal(contents.Rules.ToArray(), restored.Rules.ToArray());
        Assert.Equal(contents.Held.ToArray(), restored.Held.ToArray());
        Assert.Equal(contents.Latest.ToArray(), restored.Latest.ToArray());
        Assert.Equal(contents.Machines, restored.Machines);
        Assert.Equal(contents.Watch.Signals.ToArray(), restored.Watch.Signals.ToArray());
        Assert.Equal(contents.Watch.Gifts.ToArray(), restored.Watch.Gifts.ToArray());
        Assert.Equal(contents.SettledEngagement, restored.SettledEngagement);
    }

    [Fact]
    public void FromStored_OfARowWithoutWindows_RestoresAsBefore()
    {
        var live = new IntentState();
        live.Apply(Model, "x"u8, Instant.Epoch, default(OneAsset));
        var stored = Parsed(live);
        stored.Windows.Clear();
        var restored = IntentCodec.FromStored(stored, arena: null);
        Assert.True(restored.Contents.Windows.IsEmpty);
        Assert.Equal(live.Rules.ToArray(), restored.Rules.ToArray());
        Assert.Equal(live.Groups.ToArray(), restored.Groups.ToArray());
        Assert.Equal(live.Contents.DayCounts.ToArray(), restored.Contents.DayCounts.ToArray());
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
        var restored = IntentCodec.FromStored(Parsed(live), arena: null);
        Assert.Equal(live.Velocity, restored.Velocity);
    }

    [Fact]
    public void Write_WhenTheOldestDaysHoldNothing_LeavesThemOut()
    {
        var live = new IntentState();
        foreach (var day in new[] { 20, 22 })
            live.Apply(Model, "x"u8, Instant.Epoch + TimeSpan.FromDays(day), default(OneAsset));
        var stored = Parsed(live).Velocity;
        Assert.Equal(22, stored.NewestDay);
        Assert.Equal([.. live.Velocity.Points[..3]], stored.Points);
        Assert.Equal(0, stored.Points[1]);
        Assert.Equal(live.Velocity, IntentCodec.FromStored(stored));
        Assert.Equal(live.Velocity, IntentCodec.VelocityOf(stored.ToByteArray()));
    }

    [Fact]
    public void Write_OfAFullWindow_TakesFewBytes()
    {
        var live = new IntentState();
        Play(live, [.. Enumerable.Range(0, 64).Select(hour => ("y", hour))]);
        Assert.InRange(Parsed(live).Windows.Single(window => window.Rule == 7).CalculateSize(), 64, 64 * 8);
    }

    private static Stored.IntentState Parsed(IntentState intent) => Stored.IntentState.Parser.ParseFrom(Written(intent));

    private static byte[] Written(IntentState intent)
    {
        var to = new MessageWriter();
        IntentCodec.Write(to, intent);
        return to.Written.ToArray();
    }

    private static void Play(IntentState state, (string Type, int Hours)[] history)
    {
        foreach (var (type, hours) in history)
            state.Apply(Model, Encoding.UTF8.GetBytes(type), Instant.Epoch + TimeSpan.FromHours(hours), default(OneAsset));
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
