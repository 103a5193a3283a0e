using LeadGrains.Host.Clients;
using LeadGrains.Host.Loading.Traffic;
using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Loading.Verification;

/// <summary>
/// Compares what the server says of a load test's contacts and accounts with the plain formulas, each at the very
/// instant that the server's answer is stated for.
/// </summary>
internal sealed class LoadVerifier(LoadPlan plan, LoadSettings settings, PlainModel model, LoadTraits traits, ServerConnection connection)
{
    private const int CallsUnderWay = 16;
    private const int ExplainedAccounts = 200;
    private const int RankedAccounts = 1_000;

    private readonly Comparison _comparison = new();

    /// <param name="sentByStream">By stream: the first so many signals of its plan were answered.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<Comparison> RunAsync(IReadOnlyList<long> sentByStream, Progress progress, CancellationToken cancellationToken)
    {
        progress.Report("computing all scores");
        var grains = new PlainGrain?[plan.Population.Contacts + plan.Population.Accounts];
        for (var stream = 0; stream < plan.Streams; stream++)
        {
            var last = PlainReplay.Run(plan, stream, sentByStream[stream], model, grains);
            await SettleAsync(stream, last, cancellationToken);
        }

        var scores = new PlainScores(model, traits, plan.Population, grains);
        var contacts = new ContactChecks(plan.Population, scores, model, _comparison);
        var accounts = new AccountChecks(plan.Population, scores, model, _comparison);
        var pick = Sample(settings.Sample, plan.Population.Contacts).ToList();
        await EachAsync("contacts", pick, progress, contact => contacts.GetAsync(connection, contact, cancellationToken));
        await EachAsync("explained contacts", pick, progress, contact => contacts.ExplainAsync(connection, contact, cancellationToken));
        await EachAsync("accounts", [.. Enumerable.Range(0, plan.Population.Accounts)], progress, account => accounts.GetAsync(connection, account, cancellationToken));
        var explained = Sample(ExplainedAccounts, plan.Population.Accounts).ToList();
        await EachAsync("explained accounts", explained, progress, account => accounts.ExplainAsync(connection, account, cancellationToken));
        var ranked = await connection.Ranking.RankAccountsAsync(
            new RankAccountsRequest { PageSize = RankedAccounts }, connection.Call(cancellationToken));
        accounts.CheckRanking(ranked);
        return _comparison;
    }

    /// <summary>
    /// Sends each grain's last signal again and waits until it is ranked: from then on every roll-up has arrived, and
    /// none of them may be new.
    /// </summary>
    private async Task SettleAsync(int stream, List<long> numbers, CancellationToken cancellationToken)
    {
        var encoder = new BatchEncoder(plan, settings.Seed);
        var buffer = new EncodedBatch(new byte[encoder.MaxBytes(settings.Batch)]);
        using var pipeline = new BatchPipeline<EncodedBatch, int>(
            EncodedStream.Open(connection.Invoker, cancellationToken),
            settings.Window,
            (signals, answer) => _comparison.That(
                answer.Duplicates == signals,
                $"{answer.Recorded} of {signals} signals were acknowledged before, and yet were new when they were sent again"));
        ulong batch = 0;
        foreach (var chunk in numbers.Chunk(settings.Batch))
        {
            encoder.Write(buffer, batch, AckLevel.Ranked, stream, chunk);
            await pipeline.SendAsync(batch++, buffer, chunk.Length, cancellationToken);
        }

        await pipeline.CompleteAsync();
    }

    private static async Task EachAsync(string what, List<int> items, Progress progress, Func<int, Task> check)
    {
        var done = 0;
        await Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = CallsUnderWay }, async (item, _) =>
        {
            await check(item);
            progress.Report($"comparing {what}", (double)Interlocked.Increment(ref done) / items.Count);
        });
    }

    /// <summary>Numbers spread over a range.</summary>
    private IEnumerable<int> Sample(int size, int from) => size >= from
        ? Enumerable.Range(0, from)
        : Enumerable.Range(0, size).Select(i => Mixing.Below((uint)Mixing.Of(settings.Seed ^ (ulong)from, (ulong)i), from)).Distinct();
}
