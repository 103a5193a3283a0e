using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Grains.Tests.Signals;

// That a view says what the batch said is checked for random signals with the batch.
public sealed class SignalViewTests
{
    [Fact]
    public void TryRead_WhenLimitsWereWiderOnce_ReadsTheSignal()
    {
        var signal = Batches.Signal(one => (one.Id, one.Type) = ("", new string('t', 1_000))).ToByteArray();

        Assert.True(SignalView.TryRead(signal, Batches.ReceivedAt, out var view));

        Assert.Equal(1_000, view.Type.Length);
        Assert.Equal("ann"u8, view.Key);
        Assert.Equal(Batches.ReceivedAt, view.ScoringInstant);
    }

    [Theory]
    [InlineData(253_402_300_800, 0)]
    [InlineData(long.MinValue, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 1_000_000_000)]
    public void TryRead_WhenTheTimeIsNone_ScoresWhenItWasReceived(long seconds, int nanos)
    {
        var signal = Batches.Signal(one => one.OccurredAt = new Timestamp { Seconds = seconds, Nanos = nanos }).ToByteArray();

        Assert.True(SignalView.TryRead(signal, Batches.ReceivedAt, out var view));
        Assert.Equal(Batches.ReceivedAt, view.ScoringInstant);
    }

    [Fact]
    public void TryRead_WhenTheBytesAreCutOff_IsFalse()
    {
        var signal = Batches.Signal().ToByteArray();

        Assert.False(SignalView.TryRead(signal.AsSpan(0, signal.Length - 1), Batches.ReceivedAt, out _));
    }

    [Fact]
    public void Attributes_WhenAsked_ComeFromTheSignal()
    {
        var signal = Batches.Signal(one => one.Attributes["channel"] = "web").ToByteArray();

        Assert.True(SignalView.TryRead(signal, Batches.ReceivedAt, out var view));
        Assert.True(view.Attributes.TryGet("channel"u8, out var value));
        Assert.Equal("web"u8, value);
    }
}
