using System.Text.Json;
using System.Text.Json.Serialization;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Remote;

/// <summary>What another node is asked, it answers as it answers its own callers.</summary>
public sealed class FarReadTests
{
    private const int Runs = 4, Steps = 60;

    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private static readonly JsonSerializerOptions Written = new() { Converters = { new TraitWriter() } };

    [Fact]
    public async Task Questions_WhenTheyGoThroughAnotherNode_AreAnsweredAsWhereTheyBelong()
    {
        for (var seed = 1; seed <= Runs; seed++)
            await RunAsync(seed).WaitAsync(TimeSpan.FromSeconds(60), Token);
    }

    [Fact]
    public async Task Rank_WhenPartitionsHaveNoOwner_NamesThemAndRanksTheOthers()
    {
        await using var node = await TestNode.StartAsync(RandomSteps.Model);
        using var far = new FarClient(node, lanes: 2);
        for (var step = 0; step < Steps; step++)
            await RandomSteps.StepAsync(node.Client, node, step, Token);
        var all = await RankAsync(node.Client);

        far.Router.Lost.Add(2);
        var page = await RankAsync(far.Client);

        Assert.Equal([2], page.MissingPartitions);
        Assert.Equal(all.Grains.Select(grain => grain.Id).Where(id => PartitionOf(node, id) != 2), page.Grains.Select(grain => grain.Id));
        Assert.Empty(all.MissingPartitions);
        Assert.NotEqual(all.Grains.Count, page.Grains.Count);
    }

    [Fact]
    public async Task Rank_WhenALaneFails_NamesItsPartitions()
    {
        await using var node = await TestNode.StartAsync(RandomSteps.Model);
        using var far = new FarClient(node, lanes: 2) { Router = { Fault = number => number == 1 ? new PartitionUnavailableException("It is gone.") : null } };

        Assert.Equal([0, 2], (await RankAsync(far.Client)).MissingPartitions);
    }

    [Fact]
    public async Task Rank_WhenNobodyAnswers_Fails()
    {
        await using var node = await TestNode.StartAsync(RandomSteps.Model);
        using var far = new FarClient(node, lanes: 2) { Router = { Fault = _ => new PartitionUnavailableException("It is gone.") } };

        var failure = await Assert.ThrowsAsync<PartitionUnavailableException>(() => RankAsync(far.Client));

        Assert.Equal("It is gone.", failure.InnerException!.Message);
    }

    [Fact]
    public async Task Get_WhenThePartitionMoves_IsAskedAgain()
    {
        await using var node = await TestNode.StartAsync(RandomSteps.Model);
        using var far = new FarClient(node, lanes: 2);
        for (var step = 0; step < Steps; step++)
            await RandomSteps.StepAsync(node.Client, node, step, Token);
        far.Router.Fault = number => number % 3 != 0 ? new PartitionMovedException() : null;

        var asked = far.Client.ListAccountContactsAsync(Workspaces.Default, "acme.com", 100, "", Token);
        while (!asked.IsCompleted)
        {
            node.Clock.Advance(TimeSpan.FromMilliseconds(20));
            await Task.Delay(1, Token);
        }

        var expected = await node.Client.ListAccountContactsAsync(Workspaces.Default, "acme.com", 100, "", Token);
        Assert.Equal(expected!.Contacts.Select(contact => contact.ContactId).Order(), (await asked)!.Contacts.Select(contact => contact.ContactId).Order());
    }

    [Fact]
    public async Task Get_WhenTheCallerGivesUp_DoesNotWaitForTheOtherNode()
    {
        await using var node = await TestNode.StartAsync(RandomSteps.Model);
        using var far = new FarClient(node, lanes: 2);
        using var giveUp = new CancellationTokenSource();
        far.Router.IsSilent = true;

        var asked = far.Client.GetContactAsync(Workspaces.Default, "c1", giveUp.Token);
        Assert.False(asked.IsCompleted);
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    private static async Task RunAsync(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var node = await TestNode.StartAsync(RandomSteps.Model);
        using var far = new FarClient(node, lanes: 1 + random.Next(3));
        var middle = Instant.Min;
        for (var step = 0; step < Steps; step++)
        {
            await RandomSteps.StepAsync(node.Client, node, random.Next(), Token);
            node.Clock.Advance(TimeSpan.FromMinutes(random.Next(600)));
            if (step == Steps / 2)
                middle = node.Client.Now();
        }

        foreach (var question in Questions(node, middle))
        {
            var sent = far.Router.Sent;
            var direct = await SettledAsync(() => question(node.Client));
            Assert.Equal(direct, await question(far.Client));
            Assert.True(far.Router.Sent > sent);
        }
    }

    private static IEnumerable<Func<GrainClient, Task<string>>> Questions(TestNode node, Instant middle)
    {
        Instant?[] instants = [null, middle, node.Client.Now() + TimeSpan.FromDays(2)];
        foreach (var id in RandomSteps.Contacts.Append("nobody"))
        {
            yield return async client => Text(await client.GetContactAsync(Workspaces.Default, id, Token));
            foreach (var at in instants)
                yield return async client => Text(await client.ExplainContactAsync(Workspaces.Default, id, at, Token));
            yield return async client => Text(await client.ListSignalsAsync(Workspaces.Default, id, 5, "", Token));
        }

        foreach (var id in RandomSteps.Accounts.Append("nobody"))
        {
            yield return async client => Text(await client.GetAccountAsync(Workspaces.Default, id, Token));
            foreach (var at in instants)
                yield return async client => Text(await client.ExplainAccountAsync(Workspaces.Default, id, at, Token));
            yield return async client => Text(await client.ListAccountContactsAsync(Workspaces.Default, id, 3, "", Token));
        }

        var random = new Random(7);
        foreach (var kind in new[] { GrainKind.Contact, GrainKind.Account })
        {
            foreach (var filter in Filters(kind))
            {
                foreach (var by in Enum.GetValues<RankBy>())
                {
                    var size = 1 + random.Next(5);
                    yield return client => PagesAsync(client, kind, filter, by, size);
                }
            }
        }
    }

    private static RankFilter[] Filters(GrainKind kind) =>
    [
        RankFilter.None,
        new() { IncludeDisqualified = true, MinFit = 10, MinTotal = 1, MinIntent = 1 },
        new() { Stages = ["cold", "aware"], Grades = ["A4", "B4", "C4", "D4", "D3"] },
        new() { Unmatched = kind == GrainKind.Contact },
        new() { Traits = new Dictionary<string, IReadOnlyList<string>> { [kind == GrainKind.Contact ? "title" : "employees"] = ["vp", "500"] } },
    ];

    private static async Task<string> PagesAsync(GrainClient client, GrainKind kind, RankFilter filter, RankBy by, int size)
    {
        var pages = new List<RankPage>();
        do
        {
            pages.Add(await client.RankAsync(Workspaces.Default, kind, filter, by, size, pages.LastOrDefault()?.NextPageToken ?? "", Token));
        }
        while (pages[^1].NextPageToken.Length > 0);
        return Text(pages);
    }

    // What loops do by themselves after a call has been answered may still be under way.
    private static async Task<string> SettledAsync(Func<Task<string>> ask)
    {
        for (var last = await ask(); ;)
        {
            await Task.Delay(2, Token);
            var next = await ask();
            if (next == last)
                return next;
            last = next;
        }
    }

    private static Task<RankPage> RankAsync(GrainClient client) =>
        client.RankAsync(Workspaces.Default, GrainKind.Contact, RankFilter.None, RankBy.Total, 100, "", Token);

    private static int PartitionOf(TestNode node, string contact) => KeyHash.PartitionOf(
        KeyHash.Of(new GrainKey(Workspaces.Default, GrainKind.Contact, contact)), node.Journal.PartitionCount);

    private static string Text<T>(T answer) => JsonSerializer.Serialize(answer, Written);

    private sealed class TraitWriter : JsonConverter<IReadOnlyDictionary<string, TraitValue>>
    {
        public override IReadOnlyDictionary<string, TraitValue> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, TraitValue> value, JsonSerializerOptions options) =>
            writer.WriteStringValue(string.Join(';', value.OrderBy(trait => trait.Key).Select(trait => $"{trait.Key}={trait.Value.Kind} {trait.Value}")));
    }
}
