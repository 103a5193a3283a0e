using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Grains;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Signals;
using LeadGrains.Testing;
using Status = Grpc.Core.Status;

namespace LeadGrains.Gateway.Tests.Calls;

public sealed class FaultsTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Invalid_WhenOneFieldIsWrong_SaysWhichAndWhy()
    {
        var fault = Faults.Invalid(new FieldViolation("page_size", "page_size must be less"));

        Assert.Equal(new Status(StatusCode.InvalidArgument, "page_size must be less"), fault.Status);
        FaultAssert.Because(FaultReasons.FieldInvalid, fault);
        FaultAssert.Violates(fault, ("page_size", "page_size must be less"));
        FaultAssert.NoRetry(fault);
    }

    [Theory]
    [InlineData(2, "f0 is wrong; one more field is wrong")]
    [InlineData(3, "f0 is wrong; 2 more fields are wrong")]
    public void Invalid_WhenSeveralFieldsAreWrong_NamesAll(int count, string message)
    {
        var fault = Faults.Invalid([.. Enumerable.Range(0, count).Select(i => new FieldViolation($"f{i}", $"f{i} is wrong"))]);

        Assert.Equal(message, fault.Status.Detail);
        FaultAssert.Violates(fault, [.. Enumerable.Range(0, count).Select(i => ($"f{i}", $"f{i} is wrong"))]);
    }

    [Fact]
    public void Of_WhenTheBatchIsBad_NamesItsField()
    {
        var fault = Of(new SignalBatchException("signals", "too many"));

        Assert.Equal(new Status(StatusCode.InvalidArgument, "too many"), fault.Status);
        FaultAssert.Because(FaultReasons.FieldInvalid, fault);
        FaultAssert.Violates(fault, ("signals", "too many"));
    }

    [Fact]
    public void Of_WhenThePageTokenIsOfAnotherQuery_SaysSo()
    {
        var fault = Of(new PageTokenException("another query"));

        Assert.Equal(new Status(StatusCode.InvalidArgument, "another query"), fault.Status);
        FaultAssert.Because(FaultReasons.PageTokenInvalid, fault);
        FaultAssert.Violates(fault, ("page_token", "another query"));
    }

    [Fact]
    public void Of_WhenTheRequestsBroke_IsTheCallersLeaving() =>
        Assert.Equal(StatusCode.Cancelled, Of(new BrokenRequestsException(new IOException("reset"))).StatusCode);

    [Fact]
    public void Of_WhenTheJournalFailed_IsOurs() => Assert.Equal(StatusCode.Internal, Of(new IOException("disk full")).StatusCode);

    [Fact]
    public void Of_WhenAStatusWasThrown_IsThatStatus()
    {
        var status = new RpcException(new Status(StatusCode.NotFound, "no such thing"));

        Assert.Same(status, Of(status));
    }

    [Fact]
    public void NotFound_WhenThrown_NamesWhatIsMissing()
    {
        var fault = Faults.NotFound(FaultReasons.AccountNotFound, "account_id", "acme.com", "There is no account 'acme.com'.");

        Assert.Equal(new Status(StatusCode.NotFound, "There is no account 'acme.com'."), fault.Status);
        FaultAssert.Because(FaultReasons.AccountNotFound, fault, ("account_id", "acme.com"));
        FaultAssert.NoRetry(fault);
    }

    [Fact]
    public void Of_WhenTheWorldIsAtFault_TellsWhenToTryAgain()
    {
        var overloaded = Of(new OverloadedException());
        var unavailable = Of(new PartitionUnavailableException("partition 3 moves"));

        Assert.Equal(StatusCode.ResourceExhausted, overloaded.StatusCode);
        FaultAssert.Because(FaultReasons.QueueFull, overloaded);
        FaultAssert.Retry(overloaded, TimeSpan.FromMilliseconds(100));
        Assert.Equal(new Status(StatusCode.Unavailable, "partition 3 moves"), unavailable.Status);
        FaultAssert.Because(FaultReasons.PartitionUnavailable, unavailable);
        FaultAssert.Retry(unavailable, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Of_WhenAModelNeedsMoreThanThereIsRoomFor_IsExhausted()
    {
        var fault = Of(new ModelRoomException("half-lives", 70, 64));

        Assert.Equal(StatusCode.ResourceExhausted, fault.StatusCode);
        Assert.Contains("70 half-lives", fault.Status.Detail, StringComparison.Ordinal);
        FaultAssert.Because(FaultReasons.ModelsFull, fault);
        FaultAssert.NoRetry(fault);
    }

    [Theory]
    [InlineData(ServingPhase.Starting, FaultReasons.ServerStarting)]
    [InlineData(ServingPhase.Draining, FaultReasons.ServerDraining)]
    public void NotServing_WhenThrown_SaysWhyAndWhenToTryAgain(ServingPhase phase, string reason)
    {
        var fault = Faults.NotServing(phase);

        Assert.Equal(StatusCode.Unavailable, fault.StatusCode);
        FaultAssert.Because(reason, fault);
        FaultAssert.Retry(fault, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Of_WhenAHistoryIsTooLong_IsAFailedPrecondition()
    {
        var fault = Of(new HistoryTooLongException());

        Assert.Equal(StatusCode.FailedPrecondition, fault.StatusCode);
        FaultAssert.Because(FaultReasons.HistoryTooLong, fault);
    }

    [Fact]
    public void Of_WhenPartitionsAreElsewhere_IsAFailedPreconditionThatSaysHow()
    {
        var fault = Of(new PartitionsElsewhereException());

        Assert.Equal(StatusCode.FailedPrecondition, fault.StatusCode);
        Assert.Contains("leadgrains cluster drain", fault.Status.Detail, StringComparison.Ordinal);
        FaultAssert.Because(FaultReasons.PartitionsElsewhere, fault);
    }

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
            Assert.Empty(fault.Trailers);
        }
    }

    private RpcException Of(Exception thrown) => Of(thrown, DateTimeOffset.MaxValue, cancelled: false);

    private RpcException Of(Exception thrown, DateTimeOffset deadline, bool cancelled) =>
        Faults.Of(thrown, new StubCallContext(deadline.UtcDateTime, new CancellationToken(cancelled)), _clock);
}
