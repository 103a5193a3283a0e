using Grpc.Core;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Tests.Loading;
using LeadGrains.V1;

namespace LeadGrains.Host.Tests.Clients;

public sealed class BatchPipelineTests
{
    [Fact]
    public async Task Send_WhenTheWindowIsFull_WaitsForAnAnswer()
    {
        using var gate = new SemaphoreSlim(0);
        await using var server = await LocalServer.StartAsync(new ScriptedIngest((request, _) => gate.WaitAsync(TestContext.Current.CancellationToken)));
        using var connection = new ServerConnection(server.Address, TimeProvider.System);
        var answered = new List<int>();
        using var pipeline = Open(connection, window: 2, answered);
        await SendAsync(pipeline, 1);
        await SendAsync(pipeline, 2);

        var third = SendAsync(pipeline, 3);
        Assert.False(third.IsCompleted);
        gate.Release(3);
        await third;
        await pipeline.CompleteAsync();

        Assert.Equal([1, 2, 3], answered);
    }

    [Fact]
    public async Task Send_WhenTheServerEndsTheCall_SaysWhy()
    {
        await using var server = await LocalServer.StartAsync(new ScriptedIngest((request, _) =>
            request.Batch == 2 ? throw new RpcException(new Status(StatusCode.ResourceExhausted, "queue is full")) : Task.CompletedTask));
        using var connection = new ServerConnection(server.Address, TimeProvider.System);
        var answered = new List<int>();
        using var pipeline = Open(connection, window: 1, answered);

        var fault = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            for (ulong batch = 1; batch < 100; batch++)
            {
                await SendAsync(pipeline, batch);
            }
        });

        Assert.Equal(StatusCode.ResourceExhausted, fault.StatusCode);
        Assert.Equal([1], answered);
    }

    [Fact]
    public async Task Complete_WhenABatchIsAnsweredOutOfTurn_Fails()
    {
        await using var server = await LocalServer.StartAsync(new ScriptedIngest((request, response) =>
        {
            response.Batch = 9;
            return Task.CompletedTask;
        }));
        using var connection = new ServerConnection(server.Address, TimeProvider.System);
        using var pipeline = Open(connection, window: 1, []);
        await SendAsync(pipeline, 1);

        var fault = await Assert.ThrowsAsync<RpcException>(pipeline.CompleteAsync);

        Assert.Contains("out of turn", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Complete_WhenTheServerEndsWithoutAnswers_Fails()
    {
        await using var server = await LocalServer.StartAsync(new ScriptedIngest((_, _) => Task.CompletedTask, answers: false));
        using var connection = new ServerConnection(server.Address, TimeProvider.System);
        using var pipeline = Open(connection, window: 4, []);
        await SendAsync(pipeline, 1);

        var fault = await Assert.ThrowsAsync<RpcException>(pipeline.CompleteAsync);

        Assert.Equal(StatusCode.Unavailable, fault.StatusCode);
    }

    private static BatchPipeline<StreamSignalsRequest, int> Open(ServerConnection connection, int window, List<int> answered) => new(
        connection.Ingest.StreamSignals(cancellationToken: TestContext.Current.CancellationToken), window, (sent, _) => answered.Add(sent));

    private static Task SendAsync(BatchPipeline<StreamSignalsRequest, int> pipeline, ulong batch) =>
        pipeline.SendAsync(batch, new StreamSignalsRequest { Batch = batch }, (int)batch, TestContext.Current.CancellationToken);
}
