using System.Text;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Node;

/// <summary>What is accepted must be applied, now and at every replay, however extreme it is.</summary>
public sealed class ExtremeValueTests
{
    private static readonly string LongestId = new('\u6f22', 42);

    [Theory]
    [InlineData('\u6f22', 63, 42)]
    [InlineData('\u023a', 63, 63)]
    [InlineData('\u00e9', 63, 1)]
    [InlineData('a', 63, 63)]
    [InlineData('a', 63, 64)]
    public async Task Record_WhenTheEmailsHostIsLong_IsAppliedNowAndAtReplay(char letter, int first, int second)
    {
        var email = $"a@{new string(letter, first)}.{new string(letter, second)}";
        Assert.True(Encoding.UTF8.GetByteCount(email) <= Limits.EmailBytes);
        var node = await TestNode.StartAsync();

        var outcome = await node.SendAsync(
            TestSignals.Of("1", "ada", "demo_requested", node.Clock.GetUtcNow(), email: email));
        await node.UpsertAsync(new ContactUpsert(0, "bob", email, null, []));

        Assert.Equal(new RecordOutcome(1, 0), outcome);
        await AssertEmailAsync(node, email);
        await using var next = await (await node.CrashAndRestartAsync()).RestartAsync();
        await AssertEmailAsync(next, email);
        Assert.False(next.Node.Faulted.IsCompleted);
    }

    [Fact]
    public async Task Record_WhenValuesAreExtreme_ScoresStaySaneNowAndAfterRestarts()
    {
        var node = await TestNode.StartAsync();
        await SendExtremesAsync(node);
        await AssertSaneAsync(node);

        var crashed = await node.CrashAndRestartAsync();
        await AssertSaneAsync(crashed);
        await SendExtremesAsync(crashed);
        await using var next = await crashed.RestartAsync();

        await AssertSaneAsync(next);
        Assert.False(next.Node.Faulted.IsCompleted);
    }

    [Fact]
    public async Task Explain_WhenAsOfIsExtreme_AnswersOrFindsNothing()
    {
        await using var node = await TestNode.StartAsync();
        await SendExtremesAsync(node);
        var last = Instant.FromDateTimeOffset(DateTimeOffset.MaxValue);
        var first = Instant.FromDateTimeOffset(DateTimeOffset.MinValue);

        var contact = await node.Client.ExplainContactAsync(Workspaces.Default, "ada", last, CancellationToken.None);
        var account = await node.Client.ExplainAccountAsync(Workspaces.Default, "acme.com", last, CancellationToken.None);
        AssertSane(contact!.Contact.Score);
        AssertSane(account!.Account.Score);
        Assert.Null(await node.Client.ExplainContactAsync(Workspaces.Default, "ada", first, CancellationToken.None));
        Assert.Null(await node.Client.ExplainAccountAsync(Workspaces.Default, "acme.com", first, CancellationToken.None));

        await AssertSaneAsync(node);
        Assert.False(node.Node.Faulted.IsCompleted);
    }

    [Fact]
    public async Task Clock_WhenItJumpsByDecades_ScoresStaySaneAndTimeDoesNotGoBack()
    {
        var clock = new ManualClock(new DateTimeOffset(1970, 1, 2, 0, 0, 0, TimeSpan.Zero));
        var node = await TestNode.StartAsync(clock: clock);
        await SendExtremesAsync(node);
        var late = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        clock.SetUtcNow(late);
        await node.SendAsync(TestSignals.Of("late", "ada", "demo_requested", late, email: "ada@acme.com"));
        var points = (await node.ContactAsync("ada"))!.Score.IntentPoints;
        Assert.True(points > 1);
        await AssertSaneAsync(node);

        clock.SetUtcNow(new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var crashed = await node.CrashAndRestartAsync();
        Assert.Equal(Instant.FromDateTimeOffset(late), crashed.Client.Now());
        Assert.Equal(points, (await crashed.ContactAsync("ada"))!.Score.IntentPoints, 9);
        await AssertSaneAsync(crashed);
        await using var next = await crashed.RestartAsync();

        Assert.Equal(Instant.FromDateTimeOffset(late), next.Client.Now());
        Assert.Equal(points, (await next.ContactAsync("ada"))!.Score.IntentPoints, 9);
        Assert.Equal(points, (await next.AccountAsync("acme.com"))!.Score.IntentPoints, 9);
        await AssertSaneAsync(next);
    }

    [Fact]
    public async Task Explain_WhenTheClockWasSetBack_DoesNotForgetWhatWasReceivedLater()
    {
        var node = await TestNode.StartAsync();
        var late = node.Client.Now();
        await node.SendAsync(TestSignals.Of("1", "ada", "demo_requested", node.Clock.GetUtcNow()));
        node.Clock.SetUtcNow(node.Clock.GetUtcNow().AddDays(-1));

        await using var next = await node.CrashAndRestartAsync();
        await next.SendAsync(TestSignals.Of("2", "ada", "demo_requested", next.Clock.GetUtcNow()));

        Assert.Null(await next.Client.ExplainContactAsync(Workspaces.Default, "ada", late + TimeSpan.FromSeconds(-1), CancellationToken.None));
        Assert.Equal(2UL, (await next.Client.ExplainContactAsync(Workspaces.Default, "ada", late, CancellationToken.None))!.Contact.SignalCount);
    }

    private static async Task SendExtremesAsync(TestNode node)
    {
        var now = node.Clock.GetUtcNow();
        DateTimeOffset[] times =
            [DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddTicks(-1), now, now.AddMinutes(5), DateTimeOffset.MinValue];
        string[] numbers = ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1e-999", "", "\0", new string('9', 900)];
        var attributes = numbers.Select((number, i) => KeyValuePair.Create($"minutes{i}", number)).Append(KeyValuePair.Create("minutes", "1e999")).ToDictionary();
        foreach (var type in node.Model.Rules.Select(rule => rule.SignalType).Distinct(StringComparer.Ordinal))
        {
            await node.SendAsync(times.SelectMany((at, i) => new[]
            {
                TestSignals.Of($"{type}{i}", "ada", type, at, email: "ada@acme.com", attributes: attributes),
                TestSignals.Of($"{type}{i}", LongestId, type, at, account: LongestId, attributes: attributes),
                TestSignals.Of($"{type}{i}", "", type, at, account: "acme.com", attributes: attributes),
            }));
        }

        double[] values = [double.MaxValue, -double.MaxValue, double.Epsilon, -0.0, 1e300];
        for (var i = 0; i < values.Length; i++)
        {
            List<TraitEdit> traits =
            [
                new(new string('n', Limits.TraitNameBytes), TraitValue.Number(values[i])), new("empty", TraitValue.Text("")),
                new("none", TraitValue.List([])), new("many", TraitValue.List([.. Enumerable.Repeat(TraitValue.Number(values[i]), Limits.TraitListElements)])),
                .. node.Model.ContactFilters.Concat(node.Model.AccountFilters).Distinct()
                    .Select(name => new TraitEdit(name, i % 2 == 0 ? TraitValue.Number(values[i]) : TraitValue.List([]))),
                new("employees", TraitValue.Number(values[i])),
            ];
            traits = [.. traits.DistinctBy(trait => trait.Name)];
            await node.UpsertAsync(new ContactUpsert(0, "ada", null, null, traits));
            await node.UpsertAsync(new AccountUpsert(0, "acme.com", new string('\u6f22', 85), [], traits));
        }
    }

    private static async Task AssertEmailAsync(TestNode node, string email)
    {
        foreach (var id in new[] { "ada", "bob" })
        {
            var contact = (await node.ContactAsync(id))!;
            Assert.Equal(email, contact.Email);
            Assert.InRange(Encoding.UTF8.GetByteCount(contact.AccountId), 0, Limits.GrainIdBytes);
            Assert.Equal(contact.AccountId.Length > 0, await node.AccountAsync(contact.AccountId) is not null);
        }
    }

    private static async Task AssertSaneAsync(TestNode node)
    {
        foreach (var by in Enum.GetValues<RankBy>())
        {
            foreach (var kind in new[] { GrainKind.Contact, GrainKind.Account })
            {
                var ranked = await node.RankAsync(kind, by);
                Assert.Equal(2, ranked.Count);
                foreach (var row in ranked)
                {
                    AssertSane(row.Score);
                    Assert.InRange(row.EngagedContacts, 0, 2);
                }
            }
        }

        AssertSane((await node.ContactAsync(LongestId))!.Score);
        AssertSane((await node.AccountAsync(LongestId))!.Score);
        AssertSane((await node.ContactAsync("ada"))!.Score);
        AssertSane((await node.AccountAsync("acme.com"))!.Score);
    }

    private static void AssertSane(ScoreView score)
    {
        Assert.InRange(score.Fit, 0, 100);
        Assert.InRange(score.Intent, 0, 100);
        Assert.InRange(score.Total, 0, 100);
        Assert.InRange(score.IntentPoints, -10_000, 10_000);
        Assert.InRange(score.Velocity, -10_000, 10_000);
        Assert.NotEmpty(score.Grade);
    }
}
