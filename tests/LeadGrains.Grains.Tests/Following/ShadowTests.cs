using System.Diagnostics.Metrics;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Following;

/// <summary>Models that are tried beside the active one.</summary>
public sealed class ShadowTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Preview_WhenAQueueIsFullForAMoment_WaitsForRoom()
    {
        await using var node = await TestNode.StartAsync(
            Publishing.First, options: new GrainNodeOptions { Loops = 1, QueueCapacity = 10, TurnCapacity = 5 }, partitions: 2);
        await node.SendAsync(TestSignals.Of("s", "ann", "demo", node.Clock.GetUtcNow()));
        await node.SettledAsync();
        node.Journal.Hold();
        var recording = new List<Task> { SendOneAsync(node, "t0") };
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(node.Journal.WaitingCount), waiting => waiting == 1);
        recording.AddRange(Enumerable.Range(1, 5).Select(number => SendOneAsync(node, $"t{number}")));
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(node.Journal.WaitingCount), waiting => waiting == 2);
        recording.AddRange(Enumerable.Range(6, 20).Select(number => SendOneAsync(node, $"t{number}")));
        Assert.Contains(recording, call => call.IsFaulted);
        using var refusals = new MeterListener();
        var refused = 0L;
        refusals.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref refused, count));
        refusals.EnableMeasurementEvents(Assert.Single(Instruments(node), instrument => instrument.Name == "leadgrains.grains.queue.refused"));
        var preview = node.Node.Models.PreviewAsync(Workspaces.Default, Publishing.Other, Cancel);
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(Interlocked.Read(ref refused)), count => count > 0);
        node.Journal.Release();
        await NodeQuestions.EventuallyAsync(
            () =>
            {
                node.Clock.Advance(TimeSpan.FromMilliseconds(5));
                return Task.FromResult(preview.IsCompleted);
            },
            isDone => isDone);
        Assert.Equal(1UL, (await preview).Contacts.Stages.Values.Aggregate(0UL, (sum, stage) => sum + stage.Now));
        await Assert.ThrowsAsync<OverloadedException>(() => Task.WhenAll(recording));
    }

    [Fact]
    public async Task Shadow_WhenItCannotFollowAnyMore_IsToldAndGone()
    {
        await using var node = await TestNode.StartAsync(Publishing.First, options: new GrainNodeOptions { Loops = 2, CheckpointEntries = 5 });
        await node.SendAsync(Signals(node, "s", 100));
        await node.SettledAsync();
        await using var written = await node.RestartAsync();
        var told = new TaskCompletionSource<UnseenFailure>();
        written.Node.Models.WatchFailures(failure => told.TrySetResult(failure));
        written.Store.HoldWrites();
        await written.ShadowAsync(Publishing.Other);
        Assert.Equal("other", written.Node.Models.ShadowOf(Workspaces.Default)!.Model.Name);
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(written.Store.WaitingWrites), waiting => waiting > 0);

        // Only the shadow has anything to write.
        written.Store.FailWrite(1, new IOException("no room"));
        written.Store.ReleaseWrites();
        Assert.Contains("no room", (await told.Task.WaitAsync(Soon, Cancel)).Reason.ToString(), StringComparison.Ordinal);
        Assert.Null(written.Node.Models.ShadowOf(Workspaces.Default));
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(written.Store.GenerationCount), count => count == 1);
        Assert.False(await written.Node.Models.StopShadowAsync(Workspaces.Default));
        await Assert.ThrowsAsync<NoShadowException>(
            () => written.Node.Models.CompareShadowAsync(Workspaces.Default, RankFilter.None, RankFilter.None, Cancel));
        Assert.Equal(new RecordOutcome(10, 0), await written.SendAsync(Signals(written, "t", 10)));
        await written.ShadowAsync(Publishing.Other);
        Assert.Equal("other", written.Node.Models.ShadowOf(Workspaces.Default)!.Model.Name);
    }

    [Fact]
    public async Task StopShadow_WhileSignalsCome_TellsOfNoFailure()
    {
        await using var node = await TestNode.StartAsync(Publishing.First);
        var told = new List<UnseenFailure>();
        node.Node.Models.WatchFailures(told.Add);
        for (var round = 0; round < 40; round++)
        {
            await node.ShadowAsync(Publishing.Other);
            var sending = node.SendAsync([.. Signals(node, $"s{round}-", 200)]);
            await Task.Delay(round, Cancel);
            Assert.True(await node.Node.Models.StopShadowAsync(Workspaces.Default));
            await sending;
        }

        Assert.Empty(told);
    }

    [Fact]
    public async Task StopShadow_WhenOneIsBeingBuilt_IsRefused()
    {
        await using var node = await TestNode.StartAsync(Publishing.First);
        await node.SendAsync(Signals(node, "s", 20));
        var (asked, goOn) = (new TaskCompletionSource(), new ManualResetEventSlim());
        var starting = node.Node.Models.StartShadowAsync(
            Workspaces.Default, new ServedModel(0, Publishing.Other),
            _ =>
            {
                asked.TrySetResult();
                goOn.Wait(Soon);
            },
            Cancel);
        await asked.Task.WaitAsync(Soon, Cancel);
        await Assert.ThrowsAsync<ModelBusyException>(() => node.Node.Models.StopShadowAsync(Workspaces.Default));
        goOn.Set();
        await starting;
        Assert.NotNull(node.Node.Models.ShadowOf(Workspaces.Default));
        Assert.True(await node.Node.Models.StopShadowAsync(Workspaces.Default));
        Assert.Null(node.Node.Models.ShadowOf(Workspaces.Default));
    }

    [Fact]
    public async Task RankShadow_WhenThePageBeforeIsOfAnotherShadow_IsRefused()
    {
        await using var node = await TestNode.StartAsync(Publishing.First);
        await node.SendAsync(Signals(node, "s", 20));
        await node.ShadowAsync(Publishing.Other);
        var first = await RankAsync(node, "");
        Assert.NotEmpty((await RankAsync(node, first.NextPageToken)).Grains);
        await node.ShadowAsync(Publishing.First);
        var refused = await Assert.ThrowsAsync<PageTokenException>(() => RankAsync(node, first.NextPageToken));
        Assert.Contains("another shadow model", refused.Message, StringComparison.Ordinal);
    }

    private static Task<RecordOutcome> SendOneAsync(TestNode node, string id) => node.SendAsync(TestSignals.Of(id, "ann", "viewed", node.Clock.GetUtcNow()));

    private static List<Instrument> Instruments(TestNode node)
    {
        var found = new List<Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter == node.Node.Meters.Meter)
                found.Add(instrument);
        };
        listener.Start();
        return found;
    }

    private static Task<RankPage> RankAsync(TestNode node, string token) =>
        node.Client.RankShadowAsync(Workspaces.Default, GrainKind.Contact, RankFilter.None, RankBy.Total, 2, token, Cancel);

    private static IEnumerable<V1.Signal> Signals(TestNode node, string ids, int count) =>
        Enumerable.Range(0, count).Select(number => TestSignals.Of($"{ids}{number}", $"c{number % 7}", "viewed", node.Clock.GetUtcNow(), account: "acme"));
}
