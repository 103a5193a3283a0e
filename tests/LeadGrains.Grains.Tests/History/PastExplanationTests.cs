using FsCheck;
using FsCheck.Fluent;

namespace LeadGrains.Grains.Tests.History;

public sealed class PastExplanationTests
{
    [Fact]
    public void Explain_WhenAskedAgainLater_SaysWhatWasSaidThen() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(12).WithEndSize(1_000),
        Prop.ForAll(Arb.From(Gen.Choose(0, 1_000_000)), seed => RunAsync(seed, steps: 45).GetAwaiter().GetResult()));

    // 638965 lets 120 days pass: landmarks move under sums that were stated before.
    [Theory]
    [InlineData(638965)]
    public Task Explain_WhenSumsWereRestatedMeanwhile_SaysTheSameBits(int seed) => RunAsync(seed, steps: 45);

    private static async Task RunAsync(int seed, int steps)
    {
        await using var feed = await PastFeed.StartAsync(seed);
        var answers = new RememberedAnswers();
        for (var step = 0; step < steps; step++)
        {
            await feed.StepAsync();
            if (step % 4 == 0)
                await answers.AskAsync(feed.Node, PastFeed.Contacts, PastFeed.Accounts);
        }

        Assert.True(answers.Count > 100);
        await answers.CheckAsync(feed.Node);
    }
}
