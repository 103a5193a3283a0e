using System.Collections.Concurrent;
using System.Diagnostics;
using LeadGrains.Grains.Signals;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Tracing;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Remote;

public sealed class TracedRequestTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Record_WhenTheCallIsSampled_ShowsWhatTheOtherNodeDidInItsTrace()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listener(spans);
        await using var node = await TestNode.StartAsync();
        using var far = new FarClient(node, lanes: 2);

        ActivityTraceId trace;
        using (var call = Spans.Source.StartActivity("call")!)
        {
            trace = call.TraceId;
            await far.Client.RecordAsync(Batch(node, "a"), Token);
        }

        await node.Node.StopAsync();
        var shown = spans.Where(span => span.TraceId == trace).ToList();
        var there = Assert.Single(shown, span => span.OperationName == "peer");
        Assert.Equal(shown.Single(span => span.OperationName == "call").SpanId, there.ParentSpanId);
        Assert.Contains(shown, span => span.OperationName == "partition" && span.ParentSpanId == there.SpanId);
    }

    [Fact]
    public async Task Record_WhenTheCallIsNotSampled_ShowsNothing()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listener(spans);
        await using var node = await TestNode.StartAsync();
        using var far = new FarClient(node, lanes: 2);
        using var call = new Activity("not ours").Start();

        await far.Client.RecordAsync(Batch(node, "b"), Token);

        await node.Node.StopAsync();
        Assert.DoesNotContain(spans, span => span.TraceId == call.TraceId);
    }

    [Theory]
    [InlineData(new byte[] { 64 })]
    [InlineData(new byte[] { 64, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 1, 2, 3, 4, 5, 6, 7, 8 })]
    public async Task Ask_WhenTheRequestIsCutOff_SaysSo(byte[] request)
    {
        await using var node = await TestNode.StartAsync();

        var answer = await node.Node.AskAsync(request, Token);

        Assert.IsType<PartitionUnavailableException>(Grains.Remote.Answers.FailureIn(answer));
    }

    private static ActivityListener Listener(ConcurrentQueue<Activity> spans)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Spans.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static SignalBatch Batch(TestNode node, string contact) =>
        TestSignals.Batch(node, ranked: false, [TestSignals.Of($"{contact}-1", contact, "demo_requested", node.Clock.GetUtcNow())]);
}
