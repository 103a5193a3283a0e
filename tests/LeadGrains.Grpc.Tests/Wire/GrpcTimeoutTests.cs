using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Grpc.Wire;

namespace LeadGrains.Grpc.Tests.Wire;

public class GrpcTimeoutTests
{
    [Theory]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("3S", 30_000_000)]
    [InlineData("4m", 40_000)]
    [InlineData("5u", 50)]
    [InlineData("600n", 6)]
    [InlineData("1n", 1)] // rounded up, never to zero
    [InlineData("0S", 0)]
    [InlineData("00000007m", 70_000)]
    [InlineData("99999999H", 99_999_999L * 36_000_000_000)]
    public void TryParse_WhenWellFormed_GivesTheTime(string header, long ticks)
    {
        Assert.True(GrpcTimeout.TryParse(header, out var timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("1")]
    [InlineData("1x")]
    [InlineData("1s")]
    [InlineData("-1m")]
    [InlineData("+1m")]
    [InlineData("1 m")]
    [InlineData("1.5m")]
    [InlineData("123456789m")]
    [InlineData("1mm")]
    [InlineData("1S,1S")]
    public void TryParse_WhenMalformed_Refuses(string header) => Assert.False(GrpcTimeout.TryParse(header, out _));

    [Theory]
    [InlineData(-5, "1n")]
    [InlineData(0, "1n")]
    [InlineData(1, "1u")]
    [InlineData(50_000, "5000u")]
    [InlineData(100_000_000L * 10, "100000m")]
    [InlineData(long.MaxValue, "99999999H")]
    public void Format_WhenGivenATime_UsesTheFinestUnitThatFits(long ticks, string header) => Assert.Equal(header, GrpcTimeout.Format(new TimeSpan(ticks)));

    [Fact]
    public void Format_WhenParsedAgain_IsNoShorterAndCloseBy() => Prop.ForAll<long>(number =>
    {
        var timeout = new TimeSpan(Math.Abs(number % TimeSpan.TicksPerDay) * 7919);
        var header = GrpcTimeout.Format(timeout);
        return GrpcTimeout.TryParse(header, out var parsed)
            && parsed >= timeout
            && (parsed - timeout).Ticks <= Math.Max(TimeSpan.TicksPerMicrosecond, timeout.Ticks / 1000)
            && header.Length <= 9;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryParse_WhenGivenDigitsAndAUnit_AlwaysTakesThem() => Prop.ForAll(
        Gen.Choose(0, 99_999_999).ToArbitrary(),
        Gen.Elements('n', 'u', 'm', 'S', 'M', 'H').ToArbitrary(),
        (amount, unit) => GrpcTimeout.TryParse(amount.ToString(CultureInfo.InvariantCulture) + unit, out var timeout)
            && timeout >= TimeSpan.Zero
            && (timeout > TimeSpan.Zero) == (amount > 0)).QuickCheckThrowOnFailure();

    [Fact]
    public void TryParse_WhenGivenAnything_DoesNotThrow() => Prop.ForAll<string?>(text => GrpcTimeout.TryParse(text ?? "", out _) || true).QuickCheckThrowOnFailure();
}
