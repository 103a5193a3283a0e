using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Ingest;

namespace LeadGrains.Gateway.Tests.Ingest;

public sealed class BatchPipelineTests : IDisposable
{
    private readonly StubRequests _requests = new();
    private readonly StubResponses _responses = new();
    private readonly StubRecording _recording = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _closing.Dispose();
        _ended.Dispose();
    }

    [Fact]
    public async Task RunAsync_WhenBatchesFinishInAnotherOrder_AnswersInTheOrderOfTheRequests()
    {
        var run = RunAsync();
        _requests.Send(1, 2, 3);
        _recording.Finish(3, 2);
        await UntilAsync(() => _recording.Begun == 3);
        Assert.Empty(_responses.Rest());

        _recording.Finish(1);
        _requests.End();
        await run;

        Assert.Equal([1UL, 2, 3], _responses.Rest());
    }

    [Fact]
    public async Task RunAsync_WhenNothingIsFinished_ReadsNoMoreThanTheBound()
    {
        var numbers = Enumerable.Range(1, 5 * BatchPipeline.MaxUnderWay).Select(number => (ulong)number).ToList();
        var run = RunAsync();
        _requests.Send(numbers);
        _requests.End();
        await UntilAsync(() => _requests.Read == BatchPipeline.MaxUnderWay);
        await Task.Delay(TimeSpan.FromMilliseconds(100), _ended.Token);
        Assert.Equal(BatchPipeline.MaxUnderWay, _requests.Read);

        _recording.Finish(1);
        await UntilAsync(() => _requests.Read == BatchPipeline.MaxUnderWay + 1);
        _recording.Finish(numbers);
        await run;

        Assert.Equal(numbers, _responses.Rest());
    }

    [Fact]
    public async Task RunAsync_WhenARequestIsBad_FailsAfterTheAnswersBeforeIt()
    {
        var run = RunAsync();
        _requests.Send(1, 2);
        _requests.End(new RpcException(new Status(StatusCode.InvalidArgument, "bad")));
        await UntilAsync(() => _recording.Begun == 2);
        _recording.Finish(1, 2);

        var fault = await Assert.ThrowsAsync<RpcException>(() => run);

        Assert.Equal("bad", fault.Status.Detail);
        Assert.Equal([1UL, 2], _responses.Rest());
    }

    [Fact]
    public async Task RunAsync_WhenABatchFails_FailsAfterTheAnswersBeforeItAndCancelsThoseBehind()
    {
        var run = RunAsync();
        _requests.Send(1, 2, 3);
        await UntilAsync(() => _recording.Begun == 3);
        _recording.Fail(2, new TimeoutException("lost"));
        _recording.Finish(1);

        await Assert.ThrowsAsync<TimeoutException>(() => run);

        Assert.Equal([1UL], _responses.Rest());
        Assert.True(_recording.Work.IsCancellationRequested);
    }

    [Fact]
    public async Task RunAsync_WhenTheCallerVanishes_TellsItFromAFaultOfOurs()
    {
        var run = RunAsync();
        _requests.Send(1);
        await UntilAsync(() => _recording.Begun == 1);
        _requests.End(new IOException("reset"));
        _recording.Finish(1);

        await Assert.ThrowsAsync<BrokenRequestsException>(() => run);
    }

    [Fact]
    public async Task RunAsync_WhenTheJournalFails_LeavesItsExceptionAsItIs()
    {
        var run = RunAsync();
        _requests.Send(1);
        await UntilAsync(() => _recording.Begun == 1);
        _recording.Fail(1, new IOException("disk full"));

        Assert.Equal("disk full", (await Assert.ThrowsAsync<IOException>(() => run)).Message);
    }

    [Fact]
    public async Task RunAsync_WhenClosing_AnswersWhatWasReadAndStops()
    {
        var run = RunAsync();
        _requests.Send(1, 2);
        await UntilAsync(() => _recording.Begun == 2);
        await _closing.CancelAsync();
        _recording.Finish(1, 2);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        Assert.Equal([1UL, 2], _responses.Rest());
    }

    [Fact]
    public async Task RunAsync_WhenTheCallEnds_CancelsWhatIsUnderWay()
    {
        var run = RunAsync();
        _requests.Send(1);
        await UntilAsync(() => _recording.Begun == 1);

        await _ended.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.True(_recording.Work.IsCancellationRequested);
        Assert.Empty(_responses.Rest());
    }

    [Fact]
    public async Task RunAsync_WhenThereAreNoRequests_EndsWell()
    {
        _requests.End();

        await RunAsync();

        Assert.Empty(_responses.Rest());
    }

    private Task RunAsync() =>
        new BatchPipeline((batch, work) => ValueTask.FromResult(_recording.RecordAsync(batch, work))).RunAsync(_requests, _responses, _closing.Token, _ended.Token);

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(TimeSpan.FromMilliseconds(1), _ended.Token);
    }
}
