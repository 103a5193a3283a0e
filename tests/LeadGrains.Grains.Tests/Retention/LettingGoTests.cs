using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Retention;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Tests.Simulation;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Retention;

/// <summary>People of whom nothing was heard for long go as if they had been erased, and may come back as if they were new.</summary>
public sealed class LettingGoTests
{
    private const string Ann = "ann-of-the-crm", Cookie = "cookie-of-ann", Email = "ann@first-mail.com", Bob = "bob-of-the-crm";

    private static readonly GrainNodeOptions Keeping = new() { Loops = 1 };
    private static readonly GrainNodeOptions LettingGo = Keeping with { Retention = new RetentionOptions { Contacts = TimeSpan.FromDays(30) } };

    private readonly ManualClock _clock = new(Simulator.Start);

    [Fact]
    public async Task Run_WhenNothingWasHeardOfAPerson_LeavesNothingAndTouchesNobodyElse()
    {
        await using var node = await FolderNode.StartAsync(_clock, Keeping);
        await FillAsync(node);
        await PassAsync(days: 40);
        await SendAsync(node, Bob, "b2");
        await node.CrashAsync(LettingGo);
        var before = await PointsAsync(node, Bob);

        await LetGoAsync(node, people: 1);

        Assert.Null(await GetAsync(node, Ann));
        Assert.Null(await GetAsync(node, Cookie));
        Assert.Equal((2ul, before), ((await GetAsync(node, Bob))!.SignalCount, await PointsAsync(node, Bob)));
        Assert.Equal([Bob], (await node.Client.ListAccountContactsAsync(Workspaces.Default, "acme.com", 10, "", CancellationToken.None))!.Contacts.Select(contact => contact.ContactId));
        Assert.Equal(0, (await node.RunAsync()).RemovedContacts);
        Assert.Empty(await node.CloseAndLookAsync([Ann, Cookie, Email]));
    }

    [Fact]
    public async Task Run_WhenAPersonComesBackAfterwards_TakesItForANewOne()
    {
        await using var node = await FolderNode.StartAsync(_clock, Keeping);
        await FillAsync(node);
        await PassAsync(days: 40);
        await node.CrashAsync(LettingGo);
        await LetGoAsync(node, people: 2);

        Assert.Equal(1u, (await SendAsync(node, Cookie, "a1")).Recorded);
        Assert.Equal(1u, (await SendAsync(node, Ann, "a9")).Recorded);

        await CheckIsNewAsync(node);
        await node.CrashAsync(LettingGo);
        await CheckIsNewAsync(node);
        await node.Client.MergeContactsAsync(Workspaces.Default, Cookie, Ann, CancellationToken.None);
        Assert.Equal(2ul, (await GetAsync(node, Cookie))!.SignalCount);
        Assert.Empty(await node.CloseAndLookAsync([Email]));
    }

    [Fact]
    public async Task Run_WhenAPersonComesBackWhileItGoes_KeepsWhatIsNew()
    {
        var held = new HeldPeople();
        await using var node = await FolderNode.StartAsync(_clock, Keeping, held.Over);
        await FillWithAnnAsync(node);
        await PassAsync(days: 40);
        await node.CrashAsync(LettingGo);
        await RunUntilAsync(held);

        Assert.Equal(1u, (await SendAsync(node, Cookie, "a1")).Recorded);
        Assert.Equal(1u, (await SendAsync(node, Ann, "a9")).Recorded);
        held.LetOn();

        await node.RunAsync();
        await CheckIsNewAsync(node);
        await node.CrashAsync(LettingGo);
        await CheckIsNewAsync(node);
        Assert.Empty(await node.CloseAndLookAsync([Email]));
    }

    [Fact]
    public async Task Run_WhenTheProcessDiesBeforeAnythingIsRemoved_IsFinishedByTheNextOneThoughItLetsNobodyGo()
    {
        var held = new HeldPeople();
        await using var node = await FolderNode.StartAsync(_clock, Keeping, held.Over);
        await FillWithAnnAsync(node);
        await PassAsync(days: 40);
        await node.CrashAsync(LettingGo);
        await RunUntilAsync(held);

        await node.CrashAsync(Keeping);
        held.LetOn();
        Assert.Null(await GetAsync(node, Ann));
        Assert.Equal(1u, (await SendAsync(node, Ann, "a9")).Recorded);
        await node.RunAsync();

        Assert.Equal(1ul, (await GetAsync(node, Ann))!.SignalCount);
        Assert.Null(await GetAsync(node, Cookie));
        Assert.Empty(await node.CloseAndLookAsync([Cookie, Email]));
    }

    [Fact]
    public async Task Run_WhenTheServerAloneNotedSomething_DoesNotTakeItForASign()
    {
        await using var node = await FolderNode.StartAsync(_clock, Keeping);
        await FillAsync(node);
        await PassAsync(days: 29);
        Assert.True((await node.Client.ListContactStagesAsync(Workspaces.Default, Ann, CancellationToken.None))[^1].At > Instant.FromDateTimeOffset(Simulator.Start.AddDays(1)));
        await node.Client.MergeContactsAsync(Workspaces.Default, "nobody-knows-it", Bob, CancellationToken.None);
        await PassAsync(days: 2);
        await node.CrashAsync(LettingGo);

        await LetGoAsync(node, people: 1);

        Assert.Null(await GetAsync(node, Ann));
        Assert.NotNull(await GetAsync(node, Bob));
    }

    // Of whom the rows do not tell yet goes with a later run.
    private static async Task LetGoAsync(FolderNode node, int people)
    {
        var gone = (await node.FirstRunAsync()).RemovedContacts;
        for (var run = 1; run < 5 && gone < people; run++)
        {
            await node.WaitForRowsAsync();
            gone += (await node.RunAsync()).RemovedContacts;
        }

        Assert.Equal(people, gone);
    }

    private async Task RunUntilAsync(HeldPeople held)
    {
        for (var waited = 0; !held.Reached.IsCompleted; waited++)
        {
            Assert.True(waited < 20_000, "nobody was let go of");
            _clock.Advance(TimeSpan.FromMinutes(10));
            await Task.Delay(5);
        }
    }

    private async Task PassAsync(int days)
    {
        for (var hours = 0; hours < days * 24; hours += 6)
        {
            _clock.Advance(TimeSpan.FromHours(6));
            await Task.Delay(2);
        }
    }

    private static async Task FillAsync(FolderNode node)
    {
        await FillWithAnnAsync(node);
        await SendAsync(node, Bob, "b1");
    }

    private static async Task FillWithAnnAsync(FolderNode node)
    {
        await SendAsync(node, Cookie, "a1");
        var upsert = new ContactUpsert(0, Ann, Email, "acme.com", [new TraitEdit("title", TraitValue.Text("VP Sales"))]);
        await node.Client.UpsertContactsAsync(Workspaces.Default, [upsert], AckLevel.Ranked, CancellationToken.None);
        await node.Client.MergeContactsAsync(Workspaces.Default, Cookie, Ann, CancellationToken.None);
        await SendAsync(node, Ann, "a2");
    }

    private static Task<RecordOutcome> SendAsync(FolderNode node, string contact, string id) =>
        node.Client.SendAsync(TestSignals.Of(id, contact, "demo", node.Clock.GetUtcNow(), "acme.com"));

    private static async Task CheckIsNewAsync(FolderNode node)
    {
        foreach (var id in new[] { Ann, Cookie })
        {
            var contact = await GetAsync(node, id);
            Assert.NotNull(contact);
            Assert.Equal((id, 1ul, 0), (contact.Id, contact.SignalCount, contact.Traits.Count));
            Assert.Empty(contact.MergedContactIds);
            Assert.Single((await node.Client.ListSignalsAsync(Workspaces.Default, id, 10, "", CancellationToken.None))!.Signals);
        }
    }

    private static Task<ContactView?> GetAsync(FolderNode node, string id) => node.Client.GetContactAsync(Workspaces.Default, id, CancellationToken.None);

    private static async Task<double> PointsAsync(FolderNode node, string id) =>
        (await node.Client.ExplainContactAsync(Workspaces.Default, id, Instant.FromDateTimeOffset(Simulator.Start.AddDays(90)), CancellationToken.None))!.Contact.Score.IntentPoints;

    /// <summary>Waits before the first rows are removed.</summary>
    private sealed class HeldPeople : IPersonalData
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private IPersonalData _store = null!;

        public Task Reached => _reached.Task;

        public HeldPeople Over(IPersonalData store)
        {
            _store = store;
            return this;
        }

        public void LetOn() => _goesOn.TrySetResult();

        public async Task<long> EraseRowsAsync(IReadOnlyList<ErasedId> ids, CancellationToken cancellationToken)
        {
            _reached.TrySetResult();
            await _goesOn.Task.WaitAsync(cancellationToken);
            return await _store.EraseRowsAsync(ids, cancellationToken);
        }

        public Task<ErasedEntries> EraseEntriesAsync(EntryErasure erasure, CancellationToken cancellationToken) => _store.EraseEntriesAsync(erasure, cancellationToken);

        public Task<ErasedEntries> RemoveSignalsAsync(SignalRemoval removal, Func<Task> rest, CancellationToken cancellationToken) => _store.RemoveSignalsAsync(removal, rest, cancellationToken);

        public Task<IReadOnlyList<SearchedPlace>> SearchAsync(IReadOnlyList<ReadOnlyMemory<byte>> texts, CancellationToken cancellationToken) => _store.SearchAsync(texts, cancellationToken);
    }
}
