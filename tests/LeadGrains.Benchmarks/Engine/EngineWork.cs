using System.Buffers;
using System.Net;
using LeadGrains.Benchmarks.Running;
using LeadGrains.Grains;
using LeadGrains.Grains.Signals;
using LeadGrains.Host.Composition;
using LeadGrains.Host.Loading.Traffic;
using LeadGrains.Host.Serving;

namespace LeadGrains.Benchmarks.Engine;

/// <summary>
/// The durable path without gRPC: an engine on a temporary folder, and the load test's signals in the bytes that a
/// client would have sent.
/// </summary>
internal sealed class EngineWork : IAsyncDisposable
{
    private const int Streams = 4;
    private const int Window = 8;
    private const ulong Seed = 1;

    private readonly TemporaryFolder _folder;
    private readonly GrainEngine _engine;
    private readonly LoadPlan _plan;
    private readonly long[] _sent = new long[Streams];

    private EngineWork(TemporaryFolder folder, GrainEngine engine, LoadPlan plan)
    {
        _folder = folder;
        _engine = engine;
        _plan = plan;
    }

    public static async Task<EngineWork> StartAsync(Settings settings)
    {
        var folder = new TemporaryFolder(settings.Data);
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        var engine = await GrainEngine.OpenAsync(
            new ServeSettings { Data = folder.Path, Grpc = any, Http = any }, TimeProvider.System, CancellationToken.None);
        await engine.RecoverAsync(CancellationToken.None);
        var conditions = new ModelConditions(engine.Model.Model.Yaml);
        var catalogue = new SignalCatalogue(engine.Model.Model, conditions);
        var population = new LoadPopulation(settings.Contacts, settings.Accounts, Seed);
        return new EngineWork(folder, engine, new LoadPlan(population, catalogue, Streams, Seed, Midnight()));
    }

    /// <summary>Records batches until the time is up: durable, scored, rolled up.</summary>
    public Task<long> RecordAsync(int batch, CancellationToken over) => EachStreamAsync(batch, async (message, waiting) =>
    {
        waiting.Enqueue(await _engine.Grains.EnqueueAsync(message, CancellationToken.None));
        if (waiting.Count == Window)
            await waiting.Dequeue();
    }, over);

    /// <summary>Reads and checks the same batches, and does nothing else.</summary>
    public Task<long> ReadAsync(int batch, CancellationToken over) => EachStreamAsync(batch, (message, _) =>
    {
        message.Dispose();
        return Task.CompletedTask;
    }, over);

    public async ValueTask DisposeAsync()
    {
        await _engine.StopAsync();
        await _engine.DisposeAsync();
        _folder.Dispose();
    }

    private static DateTimeOffset Midnight()
    {
        var now = TimeProvider.System.GetUtcNow();
        return now - now.TimeOfDay;
    }

    private async Task<long> EachStreamAsync(int batch, Func<SignalBatch, Queue<Task<RecordOutcome>>, Task> take, CancellationToken over)
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, Streams).Select(stream => Task.Run(() => RunAsync(stream, batch, take, over), CancellationToken.None)));
        return counts.Sum();
    }

    private async Task<long> RunAsync(int stream, int batch, Func<SignalBatch, Queue<Task<RecordOutcome>>, Task> take, CancellationToken over)
    {
        var encoder = new BatchEncoder(_plan, Seed);
        var buffer = new EncodedBatch(new byte[encoder.MaxBytes(batch)]);
        var numbers = new long[batch];
        var waiting = new Queue<Task<RecordOutcome>>();
        long done = 0;
        for (ulong number = 0; !over.IsCancellationRequested; number++)
        {
            for (var i = 0; i < batch; i++)
                numbers[i] = _sent[stream]++;
            encoder.Write(buffer, number, LeadGrains.V1.AckLevel.Recorded, stream, numbers);
            var message = SignalBatch.Read(new ReadOnlySequence<byte>(buffer.Buffer, 0, buffer.Length), SignalMessage.StreamRequest);
            message.Validate(_engine.Grains.Now(), Workspaces.Default, _engine.Grains.PartitionCount);
            await take(message, waiting);
            done += batch;
        }

        await Task.WhenAll(waiting);
        return done;
    }
}
