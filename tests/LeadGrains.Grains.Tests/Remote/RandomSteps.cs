using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Tests.Simulation;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Remote;

/// <summary>What callers do, at random; the same seed does the same to any client.</summary>
internal static class RandomSteps
{
    public static readonly ScoringModel Model = ModelReader.Read(Simulator.Model + "\nbuying_group: [boss]\n").Model!;
    public static readonly string[] Contacts = [.. Enumerable.Range(0, 12).Select(i => $"c{i}")];
    public static readonly string[] Accounts = ["acme.com", "globex.com", "a1", "a2"];

    private static readonly string[] Types = ["viewed", "demo", "left", "unknown"];

    /// <summary>Does something and tells what was answered.</summary>
    public static async Task<string> StepAsync(GrainClient client, TestNode node, int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        switch (random.Next(6))
        {
            case 0:
                var upserts = Enumerable.Range(0, 1 + random.Next(4)).Select(i => Contact(random, i)).DistinctBy(upsert => upsert.Id);
                return Told(await client.UpsertContactsAsync(Workspaces.Default, [.. upserts], AckLevel.Ranked, cancellationToken));
            case 1:
                return Told(await client.UpsertAccountsAsync(Workspaces.Default, [Account(random)], AckLevel.Ranked, cancellationToken));
            default:
                var signals = Enumerable.Range(0, 1 + random.Next(20)).Select(_ => Signal(random, node.Clock.GetUtcNow()));
                return $"{await client.RecordAsync(TestSignals.Batch(node, ranked: true, signals), cancellationToken)}";
        }
    }

    private static V1.Signal Signal(Random random, DateTimeOffset now)
    {
        var signal = TestSignals.Of(
            $"{random.Next(400)}", Pick(random), Types[random.Next(Types.Length)], now.AddHours(-random.Next(50)),
            email: random.Next(3) == 0 ? "x@globex.com" : "");
        if (random.Next(8) == 0)
            (signal.ContactId, signal.AccountId) = ("", Accounts[random.Next(Accounts.Length)]);
        return signal;
    }

    private static ContactUpsert Contact(Random random, int index) => new(
        index, Pick(random), random.Next(2) == 0 ? $"{Pick(random)}@acme.com" : null, random.Next(4) == 0 ? "a2" : null,
        [new TraitEdit("title", random.Next(3) == 0 ? null : TraitValue.List([TraitValue.Text("VP"), TraitValue.Number(random.Next(9)), TraitValue.Truth(true)]))])
    {
        // Those of several items are merged side by side, in no certain order.
        Aliases = random.Next(6) == 0 && index == 0 ? [Pick(random)] : [],
        MergesStrangersOnly = random.Next(2) == 0,
        Identified = random.Next(4) == 0,
        AsOf = random.Next(2) == 0 ? new Instant(random.Next(10_000) * TimeSpan.TicksPerDay) : null,
    };

    private static AccountUpsert Account(Random random) => new(
        0, Accounts[2 + random.Next(2)], $"Name {random.Next(9)}", random.Next(2) == 0 ? ["globex.com"] : [],
        [new TraitEdit("employees", TraitValue.Number(random.Next(1_300))), new TraitEdit("public", TraitValue.Truth(true))])
    {
        CompanyNames = random.Next(3) == 0 ? [$"Also {random.Next(3)}"] : [],
        ParentAccountId = random.Next(3) == 0 ? "acme.com" : null,
    };

    private static string Told(UpsertOutcome outcome) => $"{outcome.Recorded} {string.Join(' ', outcome.Rejections)}";

    private static string Pick(Random random) => Contacts[random.Next(Contacts.Length)];
}
