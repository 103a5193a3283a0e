using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>What callers send, as chance has it: some people, companies and names, again and again.</summary>
internal sealed class Traffic(Random random, ManualClock clock)
{
    private static readonly string[] Types = ["viewed", "viewed", "viewed", "demo", "left", "unknown"];

    private static readonly string[] Titles = ["VP Sales", "Clerk", "Rival"];

    private readonly List<V1.Signal> _sent = [];
    private int _nextId;

    public static IEnumerable<string> Contacts() => Enumerable.Range(0, 25).Select(number => $"c{number}");

    public static IEnumerable<string> Accounts() =>
        Enumerable.Range(0, 6).Select(number => $"a{number}").Concat(Enumerable.Range(0, 4).Select(number => $"firm{number}.com"));

    public V1.Signal NextSignal()
    {
        if (_sent.Count > 0 && random.Next(6) == 0)
            return _sent[random.Next(_sent.Count)];
        var ofAccount = random.Next(10) == 0;
        var signal = TestSignals.Of(
            $"s{_nextId++}",
            ofAccount ? "" : $"c{random.Next(25)}",
            Types[random.Next(Types.Length)],
            clock.GetUtcNow() - TimeSpan.FromHours(random.Next(4) == 0 ? random.Next(300) : 0),
            ofAccount || random.Next(8) == 0 ? $"a{random.Next(6)}" : "",
            random.Next(3) == 0 ? $"p@firm{random.Next(4)}.com" : "",
            attributes: random.Next(2) == 0 ? Attributes() : null);
        _sent.Add(signal);
        return signal;
    }

    private Dictionary<string, string> Attributes() => new()
    {
        ["url"] = "https://x/pricing",
        ["asset"] = $"A{random.Next(4)}",
        ["channel"] = random.Next(3) switch { 0 => "Paid", 1 => "social", _ => "mail" },
        ["minutes"] = $"{random.Next(80)}",
    };

    public string NextContact() => $"c{random.Next(25)}";

    public ContactUpsert NextContactUpsert() => new(
            0, $"c{random.Next(25)}", random.Next(3) == 0 ? random.Next(4) == 0 ? "q@gmail.com" : $"q@firm{random.Next(4)}.com" : null,
            random.Next(3) == 0 ? $"a{random.Next(6)}" : null,
            [
                new TraitEdit("title", random.Next(3) == 0 ? null : TraitValue.Text(Titles[random.Next(Titles.Length)])),
                .. random.Next(2) == 0 ? [new TraitEdit("company", random.Next(4) == 0 ? null : TraitValue.Text(NextName()))] : Array.Empty<TraitEdit>(),
            ])
    {
        AsOf = NextAsOf(),
        Identified = random.Next(2) == 0,
    };

    public AccountUpsert NextAccountUpsert() => new(
            0, random.Next(5) == 0 ? $"firm{random.Next(4)}.com" : $"a{random.Next(6)}", random.Next(2) == 0 ? NextName() : null, random.Next(3) == 0 ? [$"firm{random.Next(4)}.com"] : [],
            [new TraitEdit("employees", TraitValue.Number(random.Next(1_200)))])
    {
        CompanyNames = random.Next(8) == 0 ? [NextName()] : [],
        AsOf = NextAsOf(),
        ParentAccountId = random.Next(3) switch { 0 => null, 1 => AccountUpsert.NoParent, _ => $"a{random.Next(6)}" },
    };

    private Instant? NextAsOf() =>
        random.Next(2) == 0 ? Instant.FromDateTimeOffset(clock.GetUtcNow() - TimeSpan.FromHours(random.Next(-5, 50))) : null;

    private string NextName() => $"Firm {random.Next(5)}{(random.Next(3)) switch { 0 => " Ltd.", 1 => ", Inc.", _ => "" }}";
}
