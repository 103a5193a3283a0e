using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Tests.Simulation;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Following;

/// <summary>
/// A node whose two workspaces have a model each, beside two nodes with one workspace and one model: all get the same
/// requests at the same instants, and must say the same.
/// </summary>
internal sealed class TwoWorkspaces : IAsyncDisposable
{
    public const string Second = "second";

    /// <summary>Other half-lives of points and engagement, other rules, fit, stages, surges, dormancy, shares and filters.</summary>
    public static readonly ScoringModel SecondModel = ModelReader.Read(Publishing.OtherYaml
        .Replace("web: {half_life: 3d, cap: 25}", "web: {half_life: 36h, cap: 40}", StringComparison.Ordinal)
        .Replace("engaged_half_life: 5d, breadth: {step: 0.25, max: 2}, parent_share: 0.5, surge: {points: 30, ratio: 1.5}", "engaged_half_life: 9d, breadth: {step: 0.5, max: 3}", StringComparison.Ordinal)
        .Replace("{enter: 50, leave: 40}", "{enter: 30, leave: 20}", StringComparison.Ordinal)
        + "\nfilters: {contact: [city], account: [region]}\ndormant_after: 4d\n").Model!;

    private static readonly string[] Types = ["viewed", "viewed", "demo", "left", "unknown"];

    private readonly Random _random;
    private readonly Dictionary<string, TestNode> _alone;
    private int _nextId;

    private TwoWorkspaces(Random random, TestNode both, Dictionary<string, TestNode> alone)
    {
        _random = random;
        Both = both;
        _alone = alone;
    }

    public TestNode Both { get; set; }

    public static async Task<TwoWorkspaces> StartAsync(int seed)
    {
        var random = new Random(seed);
        var options = Simulator.NextOptions(random, loops: 3, activeGrains: 6);
        var alone = new Dictionary<string, TestNode>
        {
            [Workspaces.Default] = await TestNode.StartAsync(Publishing.First, new ManualClock(Simulator.Start), new GrainNodeOptions { Loops = 1 }, partitions: 6),
            [Second] = await TestNode.StartAsync(SecondModel, new ManualClock(Simulator.Start), new GrainNodeOptions { Loops = 1 }, partitions: 6),
        };
        return new TwoWorkspaces(random, await TestNode.StartAsync(Publishing.First, new ManualClock(Simulator.Start), options, partitions: 6), alone);
    }

    public Task<PublishedModel> PublishSecondAsync() => PublishAsync(Both, Second, SecondModel);

    public static Task<PublishedModel> PublishAsync(TestNode node, string workspace, ScoringModel model, bool isSilent = false) => node.Node.Models.PublishAsync(
        new ModelPublication(model, $"of {workspace}", "why", isSilent) { Workspace = workspace }, static _ => { }, TestContext.Current.CancellationToken);

    public async Task StepsAsync(int steps)
    {
        for (var step = 0; step < steps; step++)
            await StepAsync(_random.Next(2) == 0 ? Workspaces.Default : Second);
    }

    public async Task CompareAsync()
    {
        await Both.SettledAsync();
        foreach (var (workspace, alone) in _alone)
        {
            await alone.SettledAsync();
            foreach (var kind in new[] { GrainKind.Contact, GrainKind.Account })
                await NodeQuestions.EventuallyAsync(() => DifferenceAsync(alone, workspace, kind), difference => difference.Length == 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Both.DisposeAsync();
        foreach (var node in _alone.Values)
            await node.DisposeAsync();
    }

    private async Task StepAsync(string workspace)
    {
        switch (_random.Next(9))
        {
            case < 5:
                V1.Signal[] signals = [.. Enumerable.Range(0, 1 + _random.Next(15)).Select(_ => NextSignal())];
                await DoAsync(workspace, node => node.SendToAsync(workspace, signals));
                break;
            case 5:
                var contact = NextContact();
                await DoAsync(workspace, node => node.Client.UpsertContactsAsync(workspace, [contact], AckLevel.Ranked, default));
                break;
            case 6:
                var account = NextAccount();
                await DoAsync(workspace, node => node.Client.UpsertAccountsAsync(workspace, [account], AckLevel.Ranked, default));
                break;
            default:
                var hours = TimeSpan.FromHours(_random.Next(60));
                foreach (var node in _alone.Values.Append(Both))
                    node.Clock.Advance(hours);
                break;
        }
    }

    private async Task DoAsync(string workspace, Func<TestNode, Task> act)
    {
        await act(Both);
        await act(_alone[workspace]);
    }

    private ContactUpsert NextContact() => new(
        0, $"c{_random.Next(25)}", _random.Next(3) == 0 ? $"q@firm{_random.Next(4)}.com" : null, _random.Next(3) == 0 ? $"a{_random.Next(6)}" : null,
        [
            new TraitEdit("title", TraitValue.Text(_random.Next(3) switch { 0 => "VP Sales", 1 => "Clerk", _ => "Rival" })),
            new TraitEdit("city", TraitValue.Text(_random.Next(2) == 0 ? "Ulm" : "Bonn")),
        ]);

    private AccountUpsert NextAccount() => new(
        0, $"a{_random.Next(6)}", "Name", _random.Next(2) == 0 ? [$"firm{_random.Next(4)}.com"] : [],
        [new TraitEdit("employees", TraitValue.Number(_random.Next(1_300))), new TraitEdit("region", TraitValue.Text(_random.Next(2) == 0 ? "North" : "South"))])
    {
        ParentAccountId = _random.Next(3) == 0 ? $"a{6 + _random.Next(2)}" : null,
    };

    private V1.Signal NextSignal()
    {
        var ofAccount = _random.Next(10) == 0;
        var attributes = new Dictionary<string, string>
        {
            ["url"] = _random.Next(2) == 0 ? "https://x/pricing" : "https://x",
            ["asset"] = $"A{_random.Next(4)}",
            ["minutes"] = $"{_random.Next(80)}",
        };
        return TestSignals.Of(
            $"s{_nextId++}", ofAccount ? "" : $"c{_random.Next(25)}", Types[_random.Next(Types.Length)],
            Both.Clock.GetUtcNow() - TimeSpan.FromHours(_random.Next(4) == 0 ? _random.Next(300) : 0),
            ofAccount || _random.Next(8) == 0 ? $"a{_random.Next(6)}" : "", _random.Next(3) == 0 ? $"p@firm{_random.Next(4)}.com" : "",
            attributes: attributes);
    }

    private async Task<string> DifferenceAsync(TestNode alone, string workspace, GrainKind kind)
    {
        var filters = workspace == Second ? new[] { RankFilter.None, FilterOf(kind) } : [RankFilter.None];
        foreach (var filter in filters)
        {
            foreach (var by in new[] { RankBy.Total, RankBy.Fit, RankBy.Velocity })
            {
                var (here, there) = (await RankedAsync(Both, workspace, kind, filter, by), await RankedAsync(alone, workspace, kind, filter, by));
                if (!here.Keys.Order(StringComparer.Ordinal).SequenceEqual(there.Keys.Order(StringComparer.Ordinal)))
                    return $"{workspace} {kind}: {string.Join(' ', here.Keys)} and not {string.Join(' ', there.Keys)}";
                foreach (var (id, grain) in here)
                {
                    if (!IsSame(grain, there[id]) || !IsHeld(Both.Client.ModelOf(workspace).Model.Stages(kind == GrainKind.Account), grain))
                        return $"{workspace}: {grain} and not {there[id]}";
                }
            }
        }

        return "";
    }

    private static RankFilter FilterOf(GrainKind kind) => new()
    {
        Traits = kind == GrainKind.Contact
            ? new Dictionary<string, IReadOnlyList<string>> { ["city"] = ["Ulm"] }
            : new Dictionary<string, IReadOnlyList<string>> { ["region"] = ["North"] },
    };

    private static async Task<Dictionary<string, RankedGrain>> RankedAsync(TestNode node, string workspace, GrainKind kind, RankFilter filter, RankBy by) =>
        (await node.Client.RankAsync(workspace, kind, filter, by, 1_000, "", TestContext.Current.CancellationToken)).Grains.ToDictionary(grain => grain.Id);

    // The layout of columns is another one, so that sums may be rounded otherwise.
    private static bool IsSame(RankedGrain left, RankedGrain right) =>
        IsNear(left.Score.Total, right.Score.Total) && IsNear(left.Score.IntentPoints, right.Score.IntentPoints) && IsNear(left.Score.Fit, right.Score.Fit)
        && IsNear(left.EngagedContacts, right.EngagedContacts) && Math.Abs(left.Score.Velocity - right.Score.Velocity) <= 1e-3 * Math.Max(1, Math.Abs(right.Score.Velocity))
        && (left.Score.Grade, left.LastSignalAt, left.Surging, left.Dormant) == (right.Score.Grade, right.LastSignalAt, right.Surging, right.Dormant);

    // Between entering and leaving it depends on when a sweep came round which one is held.
    private static bool IsHeld(StageLadder ladder, RankedGrain grain) =>
        ladder.IndexOf(grain.Score.Stage) is >= 0 and var held
        && ladder.Evaluate(held, grain.Score.Total, grain.Score.Fit, StageExits.None, grain.Score.AsOf) == held;

    private static bool IsNear(double left, double right) => Math.Abs(left - right) <= 1e-9 * Math.Max(1, Math.Abs(right));
}
