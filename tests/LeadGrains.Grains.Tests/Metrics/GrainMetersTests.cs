using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LeadGrains.Grains.Metrics;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Metrics;

public sealed class GrainMetersTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<Measured> _measured = new();
    private readonly MeterListener _listener = new();

    public GrainMetersTests()
    {
        _listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == GrainMeters.Name)
                listening.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => _measured.Enqueue(new Measured(instrument.Meter, instrument.Name, value)));
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _measured.Enqueue(new Measured(instrument.Meter, instrument.Name, value)));
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => _measured.Enqueue(new Measured(instrument.Meter, instrument.Name, value)));
        _listener.Start();
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Loop_WhenGrainsComeAndGo_CountsWhatItDid()
    {
        await using var node = await TestNode.StartAsync(options: new GrainNodeOptions { Loops = 1, ActiveGrains = 1, CheckpointEntries = 1 }, partitions: 1);
        await node.SendAsync(Demos(node, "first", contacts: 10));
        await UntilAsync(node, "leadgrains.grains.evictions", least: 10);

        await node.SendAsync(Demos(node, "again", contacts: 10));
        await UntilAsync(node, "leadgrains.grains.evictions", least: 20);

        // Ten contacts, and their account where a change of its stage brought it to life.
        var coldReads = Sum(node, "leadgrains.grains.cold_reads");
        Assert.InRange(coldReads, 10, 20);
        Assert.InRange(Sum(node, "leadgrains.grains.activations") - coldReads, 10, 11);
        Assert.InRange(Sum(node, "leadgrains.grains.rows.written"), 20, node.Store.RowsWritten);
        Assert.InRange(Sum(node, "leadgrains.grains.contributions.sent"), 20, double.MaxValue);

        // Stopped, nothing is under way: every entry is in one turn's size, and every turn was committed.
        await node.Node.StopAsync();
        Assert.InRange(node.Journal.EntryCount, 20, int.MaxValue);
        Assert.Equal(node.Journal.EntryCount, Sum(node, "leadgrains.grains.turn.size"));
        Assert.Equal(Values(node, "leadgrains.grains.turn.size").Count, Values(node, "leadgrains.grains.commit.duration").Count);
    }

    [Fact]
    public async Task Apply_WhenAStageIsReached_CountsTheChange()
    {
        await using var node = await TestNode.StartAsync(options: new GrainNodeOptions { Loops = 1 }, partitions: 1);

        // Twenty people of one company who ask for a demo make it engaged.
        await node.SendAsync(Demos(node, "wave", contacts: 20));

        await UntilAsync(node, "leadgrains.grains.stages.changed", least: 1);
    }

    [Fact]
    public async Task Queue_WhenItIsFull_ShowsItsWeightAndCountsRefusals()
    {
        await using var node = await TestNode.StartAsync(options: new GrainNodeOptions { Loops = 1, QueueCapacity = 10, TurnCapacity = 5 }, partitions: 1);
        node.Journal.Hold();
        var calls = Enumerable.Range(0, 100).Select(number => node.SendAsync(Demos(node, $"{number}", contacts: 1))).ToList();
        _listener.RecordObservableInstruments();

        // The loop may just have taken all that waits into its next turn; with the journal held it cannot do so for ever.
        while (Values(node, "leadgrains.grains.queue.weight")[^1] == 0 && calls.Count < 200)
        {
            calls.Add(node.SendAsync(Demos(node, $"{calls.Count}", contacts: 1)));
            _listener.RecordObservableInstruments();
        }

        var refused = calls.Count(call => call.IsFaulted);
        node.Journal.Release();

        Assert.InRange(Values(node, "leadgrains.grains.queue.weight")[^1], 1, 10);
        Assert.Equal(refused, Sum(node, "leadgrains.grains.queue.refused"));
        Assert.InRange(refused, 50, calls.Count - 5);
        await Task.WhenAll(calls.Where(call => !call.IsFaulted));
    }

    [Fact]
    public async Task Start_AfterACrash_TellsTheTailAndWhatWasReplayed()
    {
        await using var crashed = await TestNode.StartAsync(options: new GrainNodeOptions { Loops = 1 }, partitions: 1);
        await crashed.SendAsync(Demos(crashed, "only", contacts: 7));
        await UntilTailAsync(crashed, least: 8);

        await using var node = await crashed.CrashAndRestartAsync();

        Assert.Equal(node.Recovery.ReplayedEntries, Sum(node, "leadgrains.grains.recovery.replayed"));
        Assert.InRange(Sum(node, "leadgrains.grains.recovery.replayed"), 7, double.MaxValue);
        Assert.Single(Values(node, "leadgrains.grains.recovery.duration"));
    }

    private static IEnumerable<V1.Signal> Demos(TestNode node, string id, int contacts) => Enumerable.Range(0, contacts)
        .Select(number => TestSignals.Of($"{id}-{number}", $"c{number}", "demo_requested", node.Clock.GetUtcNow(), email: $"c{number}@acme.com"));

    private async Task UntilAsync(TestNode node, string name, double least)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Patience);
        while (Sum(node, name) < least)
            await Task.Delay(1, limit.Token);
    }

    private async Task UntilTailAsync(TestNode node, double least)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Patience);
        do
        {
            await Task.Delay(1, limit.Token);
            _listener.RecordObservableInstruments();
        }
        while (Values(node, "leadgrains.grains.checkpoint.tail")[^1] < least);
    }

    private double Sum(TestNode node, string name) => Values(node, name).Sum();

    private List<double> Values(TestNode node, string name) =>
        [.. _measured.Where(measured => measured.Name == name && ReferenceEquals(measured.Meter, node.Node.Meters.Meter)).Select(measured => measured.Value)];

    private sealed record Measured(Meter Meter, string Name, double Value);
}
