using Google.Protobuf.WellKnownTypes;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Tests.Simulation;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Client.Merges;

/// <summary>Random histories under a model with every kind of rule, cap, floor and limit.</summary>
public sealed class MergePropertyTests
{
    private const int Runs = 40;
    private const double Relative = 1e-9;

    private static readonly ScoringModel Model = ModelReader.Read(Simulator.Model).Model!;
    private static readonly string[] Types = ["viewed", "viewed", "demo", "left", "unknown"];

    // LEADGRAINS_SIMULATOR_SEED picks the first seed of the runs, as for the simulator.
    private static int FirstSeed =>
        int.TryParse(Environment.GetEnvironmentVariable("LEADGRAINS_SIMULATOR_SEED"), System.Globalization.CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    [Fact]
    public async Task MergeContacts_WhenBothHaveAnyHistory_IsTheSameAsAllSentToOne()
    {
        for (var seed = FirstSeed; seed < FirstSeed + Runs; seed++)
            await RunAsync(seed, CompareWithOneContactAsync);
    }

    [Fact]
    public async Task MergeContacts_WhenContactsMoveAndMerge_AccountsAreWhatTheirContactsAddUpTo()
    {
        for (var seed = FirstSeed; seed < FirstSeed + Runs; seed++)
            await RunAsync(seed, MoveAndMergeAsync);
    }

    private static async Task RunAsync(int seed, Func<Random, Task> run)
    {
        try
        {
            await run(new Random(seed)).WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"It failed with seed {seed}: {failure.Message}", failure);
        }
    }

    // The order that a merge stands for: first what the one that stays had, then what the other had.
    private static async Task CompareWithOneContactAsync(Random random)
    {
        var histories = new Dictionary<string, List<V1.Signal>> { ["from"] = [], ["into"] = [] };
        await using var node = await TestNode.StartAsync(Model, options: SmallOrLarge(random));
        for (var batch = 0; batch < 12; batch++)
        {
            V1.Signal[] signals = [.. Enumerable.Range(0, 1 + random.Next(8)).Select(_ => NextSignal(random, node, random.Next(2) == 0 ? "from" : "into", histories))];
            await node.SendAsync(signals);
            foreach (var signal in signals)
                histories[signal.ContactId].Add(WithScoringInstant(signal, node.Clock.GetUtcNow()));
            node.Clock.Advance(TimeSpan.FromHours(random.Next(50)));
        }

        await node.KnownAsync("into");
        await node.MergeAsync("from", "into");

        await using var plain = await TestNode.StartAsync(Model, clock: node.Clock);
        foreach (var signal in histories["into"].Concat(histories["from"]))
            await plain.SendAsync(new V1.Signal(signal) { ContactId = "into" });
        var expected = await plain.Client.ExplainContactAsync(Workspaces.Default, "into", null, CancellationToken.None);
        var actual = await node.Client.ExplainContactAsync(Workspaces.Default, "from", null, CancellationToken.None);
        Assert.Equal(expected!.Parts, actual!.Parts);
        Assert.Equal(expected.Contact.Score with { Stage = "" }, actual.Contact.Score with { Stage = "" });
        Assert.Equal(
            (expected.Contact.SignalCount, expected.Contact.LastSignalAt, expected.Contact.AccountId, expected.Contact.Email),
            (actual.Contact.SignalCount, actual.Contact.LastSignalAt, actual.Contact.AccountId, actual.Contact.Email));
    }

    private static async Task MoveAndMergeAsync(Random random)
    {
        var histories = Enumerable.Range(0, 8).ToDictionary(number => $"c{number}", _ => new List<V1.Signal>());
        string[] ids = [.. histories.Keys];
        var node = await TestNode.StartAsync(Model, options: SmallOrLarge(random));
        for (var step = 0; step < 25; step++)
        {
            switch (random.Next(8))
            {
                case < 3:
                    List<V1.Signal> signals = [.. Enumerable.Range(0, 6).Select(_ => NextSignal(random, node, ids[random.Next(ids.Length)], histories))];
                    await node.SendAsync(signals);
                    histories[ids[0]].AddRange(signals);
                    break;
                case 3:
                    await node.UpsertAsync(new ContactUpsert(
                        0, ids[random.Next(ids.Length)], null, random.Next(2) == 0 ? $"a{random.Next(3)}" : null,
                        [new TraitEdit("title", TraitValue.Text(random.Next(2) == 0 ? "VP Sales" : "Clerk"))]));
                    break;
                case 4:
                    await node.UpsertAsync(new AccountUpsert(0, $"a{random.Next(3)}", null, [$"firm{random.Next(3)}.com"], []));
                    break;
                case 5:
                    var (from, into) = (random.Next(ids.Length), random.Next(ids.Length - 1));
                    await node.KnownAsync(ids[into]);
                    if (from != into)
                        await node.MergeAsync(ids[from], ids[into]);
                    break;
                case 6:
                    node = await node.CrashAndRestartAsync(lostWrites: random.Next(Math.Min(node.Store.UndoableWrites, 5) + 1));
                    break;
                default:
                    node.Clock.Advance(TimeSpan.FromHours(random.Next(50)));
                    break;
            }
        }

        await using (node)
            await RecomputeAsync(node, ids);
    }

    // Contacts follow a claimed domain by themselves, after the claim was answered.
    private static async Task RecomputeAsync(TestNode node, string[] ids)
    {
        var accounts = await NodeQuestions.EventuallyAsync(() => ByAccountAsync(node, ids), found => found.TrueForAll(account => account.IsQuiet));
        foreach (var (view, theirs) in accounts)
        {
            var explained = await node.Client.ExplainAccountAsync(Workspaces.Default, view!.Id, null, CancellationToken.None);
            var own = explained!.Parts.Where(part => part.Dimension == Dimension.Intent && part.ContactId.Length == 0 && part.Rule != "breadth").Sum(part => part.Points);
            var sum = theirs.Sum(contact => WeightOf(contact) * contact.Score.IntentPoints);
            var expected = (Breadth.Factor(Model, view.EngagedContacts) * sum) + own;
            Assert.True(Math.Abs(expected - view.Score.IntentPoints) <= Relative * Math.Max(1, Math.Abs(expected)), $"{view.Id}: {view.Score.IntentPoints:R} is not {expected:R}");
        }
    }

    private static async Task<List<RolledUp>> ByAccountAsync(TestNode node, string[] ids)
    {
        var contacts = new Dictionary<string, ContactView>();
        foreach (var id in ids)
        {
            if (await node.ContactAsync(id) is { } contact)
                contacts[contact.Id] = contact;
        }

        var accounts = new List<RolledUp>();
        foreach (var theirs in contacts.Values.Where(contact => contact.AccountId.Length > 0).GroupBy(contact => contact.AccountId))
            accounts.Add(new RolledUp(await node.AccountAsync(theirs.Key), [.. theirs]));
        return accounts;
    }

    private static double WeightOf(ContactView contact) => contact.Disqualified ? 0 : contact.Role.Length > 0 ? 1.5 : 1;

    private static GrainNodeOptions SmallOrLarge(Random random) => random.Next(2) == 0
        ? new GrainNodeOptions { Loops = 2, ActiveGrains = 2, CheckpointEntries = 5 }
        : new GrainNodeOptions { Loops = 1 };

    private static V1.Signal NextSignal(Random random, TestNode node, string contact, Dictionary<string, List<V1.Signal>> histories)
    {
        var known = histories.Values.SelectMany(history => history).ToList();
        if (known.Count > 0 && random.Next(6) == 0)
            return new V1.Signal(known[random.Next(known.Count)]) { ContactId = contact };
        var signal = TestSignals.Of(
            $"s{random.Next()}", contact, Types[random.Next(Types.Length)], node.Clock.GetUtcNow(),
            random.Next(8) == 0 ? $"a{random.Next(3)}" : "", random.Next(3) == 0 ? $"p@firm{random.Next(3)}.com" : "",
            attributes: random.Next(2) == 0
                ? new Dictionary<string, string>
                {
                    ["url"] = "https://x/pricing",
                    ["asset"] = $"A{random.Next(4)}",
                    ["channel"] = random.Next(2) == 0 ? "paid" : "social",
                    ["minutes"] = $"{random.Next(80)}",
                }
                : null);
        signal.OccurredAt = random.Next(4) switch
        {
            0 => null,
            1 => Timestamp.FromDateTimeOffset(node.Clock.GetUtcNow() + TimeSpan.FromMinutes(random.Next(5))),
            2 => Timestamp.FromDateTimeOffset(node.Clock.GetUtcNow() - TimeSpan.FromHours(random.Next(300))),
            _ => signal.OccurredAt,
        };
        return signal;
    }

    private static V1.Signal WithScoringInstant(V1.Signal signal, DateTimeOffset receivedAt)
    {
        var occurred = signal.OccurredAt?.ToDateTimeOffset() ?? receivedAt;
        return new V1.Signal(signal) { OccurredAt = Timestamp.FromDateTimeOffset(occurred < receivedAt ? occurred : receivedAt) };
    }

    private sealed record RolledUp(AccountView? Account, IReadOnlyList<ContactView> Contacts)
    {
        public bool IsQuiet => Account?.ContactCount == (uint)Contacts.Count(contact => contact.SignalCount > 0);
    }
}
