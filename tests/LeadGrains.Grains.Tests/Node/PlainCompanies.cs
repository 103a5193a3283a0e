using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Node;

/// <summary>A node that anything happens to, and beside it a list of what did, from which every account is computed anew by plain sums.</summary>
internal sealed class PlainCompanies : IAsyncDisposable
{
    // Short half-lives, so that landmarks move often: 32 hours and 160 hours apart.
    private const string Yaml = """
        name: plain
        groups: {quick: {half_life: 1h}, slow: {half_life: 5h}}
        rules:
          - {name: up, label: Up, signal: up, group: quick, points: 16}
          - {name: more, label: More, signal: more, group: slow, points: 9}
          - {name: down, label: Down, signal: down, group: slow, points: -5}
        roles: [{name: chief, trait: title, contains: chief, weight: 2}]
        account: {engaged_half_life: 3h, breadth: {step: 0.25, max: 2}, parent_share: 0.25}
        disqualify: [{name: rival, trait: title, in: [rival], reason: Rival}]
        """;

    private const int Accounts = 6;
    private const int Contacts = 12;

    private static readonly (string Type, double Points, double Hours)[] Types = [("up", 16, 1), ("more", 9, 5), ("down", -5, 5)];
    private static readonly string[] Titles = ["chief", "clerk", "rival"];

    private readonly Random _random;
    private readonly ManualClock _clock;
    private readonly List<(string Grain, int Type, DateTimeOffset At)> _signals = [];
    private readonly Dictionary<string, string> _titles = [];
    private readonly Dictionary<string, string> _accountOf = [];
    private readonly Dictionary<string, string> _parentOf = [];
    private readonly HashSet<string> _upserted = [];
    private TestNode _node;

    private PlainCompanies(Random random, ManualClock clock, TestNode node)
    {
        _random = random;
        _clock = clock;
        _node = node;
    }

    public static async Task<PlainCompanies> StartAsync(Random random)
    {
        var clock = new ManualClock();
        var options = new GrainNodeOptions { Loops = 1 + random.Next(3), CheckpointEntries = 1 + random.Next(20), ActiveGrains = 4 + random.Next(20) };
        return new PlainCompanies(random, clock, await TestNode.StartAsync(ModelReader.Read(Yaml).Model!, clock, options, partitions: 5));
    }

    public async Task StepAsync()
    {
        switch (_random.Next(12))
        {
            case < 4:
                await SendAsync(Contact(), isAccount: false);
                break;
            case 4:
                await SendAsync(Account(), isAccount: true);
                break;
            case 5 or 6:
                await PlaceAsync(Contact(), Account(), Titles[_random.Next(Titles.Length)]);
                break;
            case 7 or 8:
                await ParentAsync(Account(), _random.Next(4) == 0 ? AccountUpsert.NoParent : Account());
                break;
            case 9:
                _clock.Advance(TimeSpan.FromHours(_random.NextDouble() * (_random.Next(4) == 0 ? 60 : 3)));
                break;
            case 10:
                _node = await _node.CrashAndRestartAsync(0, (int)Math.Min(_node.Store.UndoableWrites, _random.Next(5)));
                break;
            default:
                _node = await _node.RestartAsync();
                break;
        }
    }

    /// <summary>Every account says what the sums say, explained and ranked alike.</summary>
    public async Task CompareAsync()
    {
        for (var number = 0; number < Accounts; number++)
        {
            var account = $"a{number}";
            var expected = PointsOf(account);
            var found = await NodeQuestions.EventuallyAsync(
                () => _node.AccountAsync(account),
                found => (found is null) == !Exists(account) && IsNear(expected, found?.Score.IntentPoints ?? 0)
                    && (found?.ParentAccountId ?? "") == _parentOf.GetValueOrDefault(account, ""));
            if (found is null)
                continue;
            var explained = await _node.Client.ExplainAccountAsync(Workspaces.Default, account, null, CancellationToken.None);
            Assert.True(IsNear(expected, explained!.Parts.Where(part => part.Dimension == Dimension.Intent).Sum(part => part.Points)));
            Assert.Equal(LastSignalOf(account), found.LastSignalAt);
            var ranked = (await _node.RankAsync(GrainKind.Account)).Single(row => row.Id == account);
            Assert.Equal(found.Score.IntentPoints, ranked.Score.IntentPoints);
        }
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private string Contact() => $"c{_random.Next(Contacts)}";

    private string Account() => $"a{_random.Next(Accounts)}";

    private async Task SendAsync(string grain, bool isAccount)
    {
        var type = _random.Next(Types.Length);
        var at = _clock.GetUtcNow() - TimeSpan.FromHours(_random.Next(3) == 0 ? _random.NextDouble() * 5 : 0);
        _signals.Add((grain, type, at));
        if (isAccount)
            _upserted.Add(grain);
        await _node.SendAsync(TestSignals.Of($"{_signals.Count}", isAccount ? "" : grain, Types[type].Type, at, isAccount ? grain : ""));
    }

    private Task<UpsertOutcome> PlaceAsync(string contact, string account, string title)
    {
        (_titles[contact], _accountOf[contact]) = (title, account);
        return _node.UpsertAsync(new ContactUpsert(0, contact, null, account, [new TraitEdit("title", TraitValue.Text(title))]));
    }

    private Task ParentAsync(string account, string parent)
    {
        if (parent == account)
            return Task.CompletedTask;
        _upserted.Add(account);
        _parentOf[account] = parent == AccountUpsert.NoParent ? "" : parent;
        return _node.UpsertAsync(new AccountUpsert(0, account, null, [], []) { ParentAccountId = parent });
    }

    private bool Exists(string account) =>
        _upserted.Contains(account) || _parentOf.ContainsValue(account) || People(account).Any();

    private IEnumerable<string> People(string account) =>
        _accountOf.Where(pair => pair.Value == account && _titles[pair.Key] != "rival").Select(pair => pair.Key);

    private IEnumerable<string> Subsidiaries(string account) =>
        _parentOf.Where(pair => pair.Value == account).Select(pair => pair.Key);

    private double PointsOf(string account)
    {
        var engaged = People(account).Sum(EngagedOf);
        var factor = Math.Min(2, 1 + (0.25 * Math.Max(0, engaged - 1)));
        return (factor * OfPeople(account)) + Sum(account) + (0.25 * Subsidiaries(account).Sum(child => OfPeople(child) + Sum(child)));
    }

    private double OfPeople(string account) => People(account).Sum(contact => (_titles[contact] == "chief" ? 2 : 1) * Sum(contact));

    private double Sum(string grain) =>
        _signals.Where(signal => signal.Grain == grain).Sum(signal => Types[signal.Type].Points * Left(signal.At, Types[signal.Type].Hours));

    private double EngagedOf(string contact)
    {
        var brought = _signals.Where(signal => signal.Grain == contact && Types[signal.Type].Points > 0).ToList();
        return brought.Count == 0 ? 0 : Left(brought.Max(signal => signal.At), 3);
    }

    private double Left(DateTimeOffset at, double halfLife) => Math.Pow(2, -(_clock.GetUtcNow() - at).TotalHours / halfLife);

    private Instant? LastSignalOf(string account)
    {
        var grains = Subsidiaries(account).Append(account).SelectMany(member => People(member).Append(member)).ToHashSet();
        var all = _signals.Where(signal => grains.Contains(signal.Grain)).ToList();
        return all.Count == 0 ? null : Instant.FromDateTimeOffset(all.Max(signal => signal.At));
    }

    private static bool IsNear(double expected, double actual) => Math.Abs(expected - actual) <= 1e-9 * Math.Max(1, Math.Abs(expected));
}
