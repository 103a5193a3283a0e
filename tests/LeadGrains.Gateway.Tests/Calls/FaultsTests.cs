using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Grains;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Signals;
using LeadGrains.Testing;

namespace LeadGrains.Gateway.Tests.Calls;

public sealed class FaultsTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Of_WhenTheCallerIsAtFault_IsInvalidArgument()
    {
        Assert.Equal(new Status(StatusCode.InvalidArgument, "too many"), Of(new SignalBatchException("signals", "too many")).Status);
        Assert.Equal(StatusCode.InvalidArgument, Of(new PageTokenException("another query")).StatusCode);
    }

    [Fact]
    public void Of_WhenAStatusWasThrown_IsThatStatus()
    {
        var status = new RpcException(new Status(StatusCode.NotFound, "no such thing"));

        Assert.Same(status, Of(status));
    }

    [Fact]
    public void Of_WhenTheWorldIsAtFault_TellsWhenToTryAgain()
    {
        var overloaded = Of(new OverloadedException());
        var unavailable = Of(new PartitionUnavailableException("partition 3 moves"));

        Assert.Equal(StatusCode.ResourceExhausted, overloaded.StatusCode);
        Assert.Equal("100", overloaded.Trailers.GetValue(Faults.RetryPushback));
        Assert.Equal(new Status(StatusCode.Unavailable, "partition 3 moves"), unavailable.Status);
        Assert.Equal("1000", unavailable.Trailers.GetValue(Faults.RetryPushback));
    }

    [Fact]
    public void Of_WhenThePastIsAskedFor_IsUnimplemented() =>
        Assert.Equal(StatusCode.Unimplemented, Of(new AsOfTooEarlyException()).StatusCode);

    [Fact]
    public void Of_WhenTheCallerLeft_IsCancelled() =>
        Assert.Equal(StatusCode.Cancelled, Of(new OperationCanceledException(), _clock.GetUtcNow().AddSeconds(1), cancelled: true).StatusCode);

    [Fact]
    public void Of_WhenTheDeadlinePassed_IsDeadlineExceeded() =>
        Assert.Equal(StatusCode.DeadlineExceeded, Of(new OperationCanceledException(), _clock.GetUtcNow(), cancelled: true).StatusCode);

    [Fact]
    public void Of_WhenWeAreAtFault_TellsNoDetail()
    {
        foreach (var thrown in new Exception[] { new InvalidOperationException("secret"), new OperationCanceledException("secret") })
        {
            var fault = Of(thrown);

            Assert.Equal(StatusCode.Internal, fault.StatusCode);
            Assert.DoesNotContain("secret", fault.ToString(), StringComparison.Ordinal);
        }
    }

    private RpcException Of(Exception thrown) => Of(thrown, DateTimeOffset.MaxValue, cancelled: false);

    private RpcException Of(Exception thrown, DateTimeOffset deadline, bool cancelled) =>
        Faults.Of(thrown, new StubCallContext(deadline.UtcDateTime, new CancellationToken(cancelled)), _clock);
}
