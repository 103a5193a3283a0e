using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Peers.Postgres;
using Npgsql;

namespace LeadGrains.Benchmarks.Peers.Ranking;

/// <summary>A table of accounts, asked for its best with the decay of the default model's half-lives, and without any decay.</summary>
internal sealed class PostgresRanking : IAsyncDisposable
{
    private const double Now = 1_800_000_000;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _decayed;
    private readonly NpgsqlCommand _plain;
    private readonly int _processId;

    private PostgresRanking(PostgresCluster cluster)
    {
        _processId = cluster.ProcessId;
        _connection = cluster.Open();
        _decayed = new NpgsqlCommand(Decayed, _connection) { Parameters = { new NpgsqlParameter<double> { TypedValue = Now } } };
        _plain = new NpgsqlCommand(Plain, _connection);
    }

    // The time of each row's points in seconds, points by half-life: 7, 14, 30 and 90 days, in which time they fall to
    // a half: exp(-age * ln 2 / half-life). A total is 0.4 fit and 0.6 intent, intent is 100 less its half for every 60
    // points. Written as PostgreSQL is fastest at it: plain doubles, exp(), the instant passed in.
    private static string Decayed => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"""
        select id, 0.4 * fit + 60 * (1 - exp({-Math.Log(2) / 60:R} * (
            p7 * exp((at - $1) * {RateOf(7):R}) + p14 * exp((at - $1) * {RateOf(14):R})
            + p30 * exp((at - $1) * {RateOf(30):R}) + p90 * exp((at - $1) * {RateOf(90):R})))) as total
        from ranked order by total desc limit {QueryContender.Rows}
        """);

    private static string Plain => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"select id, score from plain order by score desc limit {QueryContender.Rows}");

    public IEnumerable<Contender> Contenders =>
    [
        new QueryContender("PostgreSQL, the same decay in SQL", _processId, () => AskAsync(_decayed)).Contender,
        new QueryContender("PostgreSQL, a covering index, no decay", _processId, () => AskAsync(_plain)).Contender,
    ];

    public static async Task<PostgresRanking> StartAsync(PostgresCluster cluster, int accounts, CancellationToken cancellationToken)
    {
        var ranking = new PostgresRanking(cluster);
        string[] statements =
        [
            "create table ranked (id integer primary key, fit float8, at float8, p7 float8, p14 float8, p30 float8, p90 float8)",
            "create table plain (id integer primary key, score float8)",
            $"""
            insert into ranked select id, 100 * random(), {Now} - 1209600 * random(), 30 * random(), 90 * random(), 50 * random(), 20 * random()
            from generate_series(1, {accounts}) id
            """,
            $"insert into plain select id, 100 * random() from generate_series(1, {accounts}) id",
            "create index on plain (score desc) include (id)",
        ];
        try
        {
            foreach (var statement in statements.Append("vacuum analyze ranked, plain"))
            {
                await using var command = new NpgsqlCommand(statement, ranking._connection);
                await command.ExecuteNonQueryAsync(cancellationToken);
            }

            await ranking._decayed.PrepareAsync(cancellationToken);
            await ranking._plain.PrepareAsync(cancellationToken);
            return ranking;
        }
        catch
        {
            await ranking.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _decayed.DisposeAsync();
        await _plain.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static double RateOf(int days) => Math.Log(2) / TimeSpan.FromDays(days).TotalSeconds;

    private static async Task<int> AskAsync(NpgsqlCommand command)
    {
        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        var total = 0.0;
        while (await reader.ReadAsync())
        {
            rows++;
            total += reader.GetDouble(1);
        }

        return total > 0 ? rows : 0;
    }
}
