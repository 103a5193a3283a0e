using Npgsql;

namespace LeadGrains.Benchmarks.Peers.Postgres;

/// <summary>
/// The tables: events, whose ids are unique, and the scores of contacts and accounts, all of them there from the start.
/// Ranking needs the index on the accounts' scores.
/// </summary>
internal sealed class PostgresStore : IPeerStore, IDisposable
{
    // Rows of contacts are rewritten in their page, where there is room: no index has their score.
    private const string Tables = """
        create table events (id bigint primary key, body bytea not null);
        create table contacts (id integer primary key, score float8 not null) with (fillfactor = 50);
        create table accounts (id integer primary key, score float8 not null);
        create index on accounts (score);
        """;

    private readonly NpgsqlConnection _connection;

    public PostgresStore(PostgresCluster cluster, int contacts, int accounts)
    {
        ProcessId = cluster.ProcessId;
        _connection = cluster.Open();
        Run(Tables);
        Run($"insert into contacts select id, 0 from generate_series(0, {contacts - 1}) id");
        Run($"insert into accounts select id, 0 from generate_series(0, {accounts - 1}) id");
        Run("vacuum analyze");
        Run("checkpoint");
    }

    public int ProcessId { get; }

    /// <summary>Of the server, such as 15.18.</summary>
    public string Version => _connection.PostgreSqlVersion.ToString();

    public (long Events, double ContactScores, double AccountScores) Read()
    {
        using var command = new NpgsqlCommand(
            "select (select count(*) from events), (select sum(score) from contacts), (select sum(score) from accounts)", _connection);
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetDouble(1), reader.GetDouble(2));
    }

    public void RemoveEvents() => Run("truncate events");

    public void Dispose() => _connection.Dispose();

    private void Run(string statement)
    {
        using var command = new NpgsqlCommand(statement, _connection);
        command.ExecuteNonQuery();
    }
}
