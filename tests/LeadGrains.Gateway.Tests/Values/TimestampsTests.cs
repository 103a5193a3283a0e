using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.Gateway.Values;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Tests.Values;

public sealed class TimestampsTests
{
    private static readonly long First = Instant.FromDateTimeOffset(DateTimeOffset.MinValue).Ticks;
    private static readonly long Last = Instant.FromDateTimeOffset(DateTimeOffset.MaxValue).Ticks;

    private static readonly Gen<long> AnyTicks =
        from high in Gen.Choose(0, int.MaxValue)
        from low in Gen.Choose(0, int.MaxValue)
        select First + (((long)high << 31) | (long)low) % (Last - First + 1);

    [Fact]
    public void Read_WhenWrittenByUs_GivesTheInstantBack() => Prop.ForAll(
        AnyTicks.ToArbitrary(),
        ticks => Timestamps.TryRead(Timestamps.Write(new Instant(ticks)), out var instant) && instant == new Instant(ticks)).QuickCheckThrowOnFailure();

    [Fact]
    public void Write_WhenAnyInstant_IsWhatTheOfficialConversionGives() => Prop.ForAll(
        AnyTicks.ToArbitrary(),
        ticks => Timestamps.Write(new Instant(ticks)).Equals(Timestamp.FromDateTimeOffset(new Instant(ticks).ToDateTimeOffset())))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Write_WhenThereIsNone_LeavesTheFieldUnset() => Assert.Null(Timestamps.Write((Instant?)null));

    [Fact]
    public void Read_WhenFinerThanATick_CutsToTheTick()
    {
        Assert.True(Timestamps.TryRead(new Timestamp { Seconds = 1, Nanos = 234_567_899 }, out var instant));
        Assert.Equal(new Instant(12_345_678), instant);
    }

    [Theory]
    [InlineData(-62_135_596_801, 0)]
    [InlineData(253_402_300_800, 0)]
    [InlineData(long.MaxValue, 0)]
    [InlineData(long.MinValue, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 1_000_000_000)]
    public void Read_WhenOutOfRange_IsRefused(long seconds, int nanos) =>
        Assert.False(Timestamps.TryRead(new Timestamp { Seconds = seconds, Nanos = nanos }, out _));

    [Theory]
    [InlineData(-62_135_596_800, 0)]
    [InlineData(253_402_300_799, 999_999_999)]
    public void Read_WhenAtTheEdgeOfTheRange_IsTaken(long seconds, int nanos) =>
        Assert.True(Timestamps.TryRead(new Timestamp { Seconds = seconds, Nanos = nanos }, out _));
}
