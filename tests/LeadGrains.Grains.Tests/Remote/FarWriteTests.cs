using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Tests.Simulation;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Remote;

/// <summary>What is written through another node is what is written where it belongs.</summary>
public sealed class FarWriteTests
{
    private const int Runs = 8, Steps = 60;

    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private static readonly string[] Contacts = RandomSteps.Contacts;

    [Fact]
    public async Task Writes_WhenTheyGoThroughAnotherNode_AnswerAndScoreAsWhereTheyBelong()
    {
        for (var seed = 1; seed <= Runs; seed++)
            await RunAsync(seed).WaitAsync(TimeSpan.FromSeconds(60), Token);
    }

    [Fact]
    public async Task Record_WhenAnOwnerIsNotKnownYet_GoesThereOnceItIs()
    {
        await using var node = await TestNode.StartAsync();
        using var far = new FarClient(node, lanes: 2);
        far.Router.Lost.UnionWith([1, 3]);

        var recording = far.Client.RecordAsync(BatchOf(node, Signals(node, "a")), Token);
        await NodeQuestions.EventuallyAsync(() => node.ContactAsync(ContactIn(node, 0)), contact => contact is not null);
        Assert.False(recording.IsCompleted);
        far.Router.Lost.Clear();

        Assert.Equal(new RecordOutcome((uint)Contacts.Length, 0), await AdvanceUntilAsync(node.Clock, recording));
    }

    [Fact]
    public async Task Record_WhenAPartitionHasMoved_SendsItAgainAndCountsItOnce()
    {
        await using var node = await TestNode.StartAsync();
        using var far = new FarClient(node, lanes: 2) { Router = { Fault = number => number % 2 == 1 && number < 6 ? new PartitionMovedException() : null } };

        var recording = far.Client.RecordAsync(BatchOf(node, Signals(node, "a")), Token);

        Assert.Equal(new RecordOutcome((uint)Contacts.Length, 0), await AdvanceUntilAsync(node.Clock, recording));
    }

    [Fact]
    public async Task Record_WhenNoOwnerComes_SaysThatThePartitionIsUnavailable()
    {
        await using var node = await TestNode.StartAsync();
        using var far = new FarClient(node, lanes: 2);
        far.Router.Lost.UnionWith([0, 1, 2, 3]);
        var before = node.Journal.EntryCount;

        var recording = far.Client.RecordAsync(BatchOf(node, Signals(node, "a")), Token);

        await Assert.ThrowsAsync<PartitionUnavailableException>(() => AdvanceUntilAsync(node.Clock, recording));
        Assert.Equal(before, node.Journal.EntryCount);
    }

    [Fact]
    public async Task Upsert_WhenAPartitionHasMoved_IsAppendedOnce()
    {
        await using var node = await TestNode.StartAsync();
        using var far = new FarClient(node, lanes: 2) { Router = { Fault = number => number == 1 ? new PartitionMovedException() : null } };
        var before = node.Journal.EntryCount;

        var upserting = far.Client.UpsertContactsAsync(Workspaces.Default, [.. Contacts.Select((id, i) => new ContactUpsert(i, id, null, "acme.com", []))], AckLevel.Ranked, Token);
        var outcome = await AdvanceUntilAsync(node.Clock, upserting);

        Assert.Equal((uint)Contacts.Length, outcome.Recorded);
        Assert.Equal(before + Contacts.Length, node.Journal.EntryCount);
        Assert.Equal("acme.com", (await node.ContactAsync("c3"))!.AccountId);
    }

    [Theory]
    [InlineData(typeof(OverloadedException))]
    [InlineData(typeof(PartitionUnavailableException))]
    public async Task Record_WhenTheOtherNodeFails_ThrowsWhatWasThrownThere(Type kind)
    {
        await using var node = await TestNode.StartAsync();
        using var far = new FarClient(node, lanes: 2);
        GrainException thrown = kind == typeof(OverloadedException) ? new OverloadedException() : new PartitionUnavailableException("It is gone.");
        far.Router.Fault = _ => Grains.Remote.Answers.FailureIn(Grains.Remote.Answers.Of(thrown));

        var failure = await Assert.ThrowsAnyAsync<GrainException>(() => far.Client.RecordAsync(BatchOf(node, Signals(node, "a")), Token));

        Assert.Equal((kind, thrown.Message, thrown.RetryAfter), (failure.GetType(), failure.Message, failure.RetryAfter));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 200 })]
    [InlineData(new byte[] { 1, 0x0A })]
    [InlineData(new byte[] { 2, 0xFF, 0xFF })]
    public async Task Ask_WhenTheBytesAreNoRequest_SaysSo(byte[] request)
    {
        await using var node = await TestNode.StartAsync();

        var answer = await node.Node.AskAsync(request, Token);

        Assert.IsType<PartitionUnavailableException>(Grains.Remote.Answers.FailureIn(answer));
    }

    private static async Task RunAsync(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var here = await TestNode.StartAsync(RandomSteps.Model);
        await using var there = await TestNode.StartAsync(RandomSteps.Model, clock: here.Clock);
        using var far = new FarClient(there, lanes: 1 + random.Next(4));
        for (var step = 0; step < Steps; step++)
        {
            var next = random.Next();
            var direct = await RandomSteps.StepAsync(here.Client, here, next, Token);
            var forwarded = await RandomSteps.StepAsync(far.Client, there, next, Token);
            Assert.Equal(direct, forwarded);
            here.Clock.Advance(TimeSpan.FromMinutes(random.Next(600)));
        }

        Assert.True(far.Router.Sent >= Steps);
        await Comparison.OfAsync(here.Client, there.Client, Contacts, RandomSteps.Accounts);
    }

    private static string ContactIn(TestNode node, int partition) => Contacts.First(
        id => KeyHash.PartitionOf(KeyHash.Of(new GrainKey(Workspaces.Default, GrainKind.Contact, id)), node.Journal.PartitionCount) == partition);

    private static IEnumerable<V1.Signal> Signals(TestNode node, string id) =>
        Contacts.Select(contact => TestSignals.Of(id, contact, "demo_requested", node.Clock.GetUtcNow()));

    private static Grains.Signals.SignalBatch BatchOf(TestNode node, IEnumerable<V1.Signal> signals) => TestSignals.Batch(node, ranked: true, signals);

    // Those who wait for an owner wait by the clock.
    private static async Task<T> AdvanceUntilAsync<T>(ManualClock clock, Task<T> task)
    {
        for (var tries = 0; !task.IsCompleted && tries < 5_000; tries++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(1, Token);
        }

        return await task.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }
}
