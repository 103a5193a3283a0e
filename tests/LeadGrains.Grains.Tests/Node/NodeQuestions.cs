using LeadGrains.Grains.Ranking;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Node;

/// <summary>Short ways to ask a node.</summary>
internal static class NodeQuestions
{
    public static Task<ContactView?> ContactAsync(this TestNode node, string id) =>
        node.Client.GetContactAsync(Workspaces.Default, id, CancellationToken.None);

    public static Task<AccountView?> AccountAsync(this TestNode node, string id) =>
        node.Client.GetAccountAsync(Workspaces.Default, id, CancellationToken.None);

    public static async Task<IReadOnlyList<RankedGrain>> RankAsync(this TestNode node, GrainKind kind, RankBy by = RankBy.Total) =>
        (await node.Client.RankAsync(Workspaces.Default, kind, RankFilter.None, by, 1_000, "", CancellationToken.None)).Grains;

    public static Task<UpsertOutcome> UpsertAsync(this TestNode node, ContactUpsert upsert) =>
        node.Client.UpsertContactsAsync(Workspaces.Default, [upsert], AckLevel.Ranked, CancellationToken.None);

    public static Task<UpsertOutcome> UpsertAsync(this TestNode node, AccountUpsert upsert) =>
        node.Client.UpsertAccountsAsync(Workspaces.Default, [upsert], AckLevel.Ranked, CancellationToken.None);

    /// <summary>Asks again until it holds: what loops do by themselves has no answer to wait for.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> ask, Func<T, bool> holds)
    {
        for (var tries = 0; ; tries++)
        {
            var answer = await ask();
            if (holds(answer))
                return answer;
            Assert.True(tries < 2_000, $"It never held; last: {answer}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
