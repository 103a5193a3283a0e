using LeadGrains.Grains.Tests.Node;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Stages;

public sealed class CoolDownTests
{
    private const string Ladder = """
        name: cool
        total: {fit: 0, intent: 1}
        intent: {half_point: 60}
        groups: {g: {half_life: 3d}}
        rules:
          - {name: r, label: R, signal: s, group: g, points: 60}
          - {name: u, label: U, signal: unsubscribed, group: g, points: -60}
        stages:
          contact:
            - {name: nurture}
            - {name: mql, total: {enter: 50, leave: 40}, cool_down: 7d}
          account:
            - {name: aware}
            - {name: mqa, total: {enter: 50, leave: 40}, cool_down: 7d}
        """;

    private static readonly DateTimeOffset Day0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Total is intent alone. 60 points on day 0 make 50: entered. On day 3 they are 30, intent 29.3: left, and closed
    // until day 10. 60 more on day 4 make 23.8 + 60 = 83.8, intent 62, which would enter. On day 9.9 these are 21.4, and
    // 60 more make 81.4; on day 10 they are 79.6, intent 60.1: entered without any new signal.
    [Theory]
    [InlineData(GrainKind.Contact, "nurture", "mql", false)]
    [InlineData(GrainKind.Contact, "nurture", "mql", true)]
    [InlineData(GrainKind.Account, "aware", "mqa", false)]
    [InlineData(GrainKind.Account, "aware", "mqa", true)]
    public async Task Stage_WhenItWasLeft_IsEnteredAgainAfterItsCoolDownOnly(GrainKind kind, string low, string high, bool stopsInOrder)
    {
        var node = await TestNode.StartAsync(ModelReader.Read(Ladder).Model);
        await node.SendAsync(TestSignals.Of("1", "ann", "s", Day0, account: "acme"));
        await ChangesAsync(node, kind, 1);
        node.Clock.SetUtcNow(Day0.AddDays(3));
        await ChangesAsync(node, kind, 2);

        node.Clock.SetUtcNow(Day0.AddDays(4));
        await node.SendAsync(TestSignals.Of("2", "ann", "s", Day0.AddDays(4), account: "acme"));
        Assert.Equal(low, await StageAsync(node, kind));
        Assert.Equal(62, (await node.ContactAsync("ann"))!.Score.Total, 0);

        await using var next = stopsInOrder ? await node.RestartAsync() : await node.CrashAndRestartAsync();
        next.Clock.SetUtcNow(Day0.AddDays(9.9));
        await next.SendAsync(TestSignals.Of("3", "ann", "s", Day0.AddDays(9.9), account: "acme"));
        await next.SendAsync(TestSignals.Of("4", "ann", "nothing", Day0.AddDays(9.9), account: "acme"));
        Assert.Equal(low, await StageAsync(next, kind));
        Assert.Equal(2, Changes(next, kind).Count);

        next.Clock.SetUtcNow(Day0.AddDays(10));
        await ChangesAsync(next, kind, 3);
        Assert.Equal([(low, high), (high, low), (low, high)], Changes(next, kind).Select(change => (change.FromStage, change.ToStage)));
        Assert.Equal(Instant.FromDateTimeOffset(Day0.AddDays(10)).Ticks, Changes(next, kind)[2].AtTicks);
        Assert.Equal(StageCause.Decay, Changes(next, kind)[2].Cause);
        await NodeQuestions.EventuallyAsync(() => StageAsync(next, kind), stage => stage == high);
    }

    // No checkpoint lies between the two changes, so the replay ends at the stage that it began with.
    [Theory]
    [InlineData(GrainKind.Contact, "nurture", "mql")]
    [InlineData(GrainKind.Account, "aware", "mqa")]
    public async Task Stage_WhenItWasEnteredAndLeftRightBeforeACrash_IsStillClosed(GrainKind kind, string low, string high)
    {
        var node = await TestNode.StartAsync(ModelReader.Read(Ladder).Model);
        await node.SendAsync(TestSignals.Of("1", "ann", "s", Day0, account: "acme"));
        await ChangesAsync(node, kind, 1);
        await node.SendAsync(TestSignals.Of("2", "ann", "unsubscribed", Day0, account: "acme"));
        await ChangesAsync(node, kind, 2);

        await using var next = await node.CrashAndRestartAsync();
        await next.SendAsync(TestSignals.Of("3", "ann", "s", Day0, account: "acme"));
        await next.SendAsync(TestSignals.Of("4", "ann", "nothing", Day0, account: "acme"));

        Assert.Equal(low, await StageAsync(next, kind));
        Assert.Equal([(low, high), (high, low)], Changes(next, kind).Select(change => (change.FromStage, change.ToStage)));
    }

    private static async Task<string> StageAsync(TestNode node, GrainKind kind) => kind == GrainKind.Contact
        ? (await node.ContactAsync("ann"))!.Score.Stage
        : (await node.AccountAsync("acme"))!.Score.Stage;

    private static Task<int> ChangesAsync(TestNode node, GrainKind kind, int count) =>
        NodeQuestions.EventuallyAsync(() => Task.FromResult(Changes(node, kind).Count), found => found == count);

    private static List<StageChanged> Changes(TestNode node, GrainKind kind) =>
        [.. StoredEntries.Of(node.Journal)
            .Where(entry => entry.BodyCase == Entry.BodyOneofCase.StageChanged && (int)entry.Kind == (int)kind)
            .Select(entry => entry.StageChanged)];
}
