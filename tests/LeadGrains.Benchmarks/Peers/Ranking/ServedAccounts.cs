using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.Benchmarks.Running;
using LeadGrains.Benchmarks.Servers;
using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Benchmarks.Peers.Ranking;

/// <summary>A server with so many accounts, each with signals of the last two weeks in groups of several half-lives.</summary>
internal sealed class ServedAccounts : IAsyncDisposable
{
    private const int Batch = 5_000, CallsUnderWay = 4, SignalsEach = 2, Seed = 1;
    private const int SpanMinutes = 13 * 24 * 60;

    private static readonly string[] Types =
    [
        "page_viewed", "product_page_viewed", "case_study_viewed", "pricing_page_viewed", "comparison_viewed", "calculator_used",
        "content_downloaded", "form_submitted", "webinar_registered", "webinar_attended",
    ];

    private readonly TemporaryFolder _folder;
    private readonly RunningServer _server;
    private readonly ServerConnection _connection;

    private ServedAccounts(TemporaryFolder folder, RunningServer server)
    {
        (_folder, _server) = (folder, server);
        _connection = new ServerConnection(server.Address, TimeProvider.System);
    }

    public int ProcessId => _server.Program.Id;

    public static async Task<ServedAccounts> StartAsync(Settings settings, CancellationToken cancellationToken)
    {
        var folder = new TemporaryFolder(settings.Data);
        ServedAccounts? accounts = null;
        try
        {
            accounts = new ServedAccounts(folder, await RunningServer.StartAsync(folder.Path, cancellationToken));
            await accounts.FillAsync(settings.RankedAccounts, settings.Turns.Clock.GetUtcNow(), cancellationToken);
            await Progress.SayAsync("peers: they are recorded");
            await accounts._server.RestAsync(cancellationToken);
            return accounts;
        }
        catch
        {
            await (accounts?.DisposeAsync() ?? default);
            folder.Dispose();
            throw;
        }
    }

    /// <summary>The best by total, exact at the instant of the answer.</summary>
    /// <returns>How many came.</returns>
    public async Task<int> BestAsync()
    {
        var answer = await _connection.Ranking.RankAccountsAsync(new RankAccountsRequest { PageSize = QueryContender.Rows });
        return answer.Accounts.Count;
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task FillAsync(int accounts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var batches = Enumerable.Range(0, accounts * SignalsEach).Chunk(Batch);
        var options = new ParallelOptions { MaxDegreeOfParallelism = CallsUnderWay, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(batches, options, async (numbers, _) =>
        {
            var random = new Random(Seed + numbers[0]);
            var request = new RecordSignalsRequest();
            request.Signals.AddRange(numbers.Select(number => Signal(number, number / SignalsEach, random, now)));
            var answer = await _connection.Ingest.RecordSignalsAsync(request, cancellationToken: cancellationToken);
            if (answer.Recorded != numbers.Length)
                throw new InvalidOperationException($"Of {numbers.Length} signals {answer.Recorded} were recorded.");
        });
    }

    private static Signal Signal(int number, int account, Random random, DateTimeOffset now) => new()
    {
        Id = number.ToString(CultureInfo.InvariantCulture),
        Type = Types[random.Next(Types.Length)],
        AccountId = string.Create(CultureInfo.InvariantCulture, $"account-{account}"),
        OccurredAt = Timestamp.FromDateTimeOffset(now.AddMinutes(-random.Next(SpanMinutes))),
    };
}
