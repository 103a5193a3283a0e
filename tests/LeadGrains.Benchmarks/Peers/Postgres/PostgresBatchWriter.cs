using Npgsql;

namespace LeadGrains.Benchmarks.Peers.Postgres;

/// <summary>A prepared statement, and with it a transaction, for a batch of events: sets, from arrays in binary.</summary>
internal sealed class PostgresBatchWriter : IEventWriter
{
    // In the order of their keys, so that batches of several connections cannot lock each other out.
    private const string Statement = """
        with
          event as (insert into events (id, body) select * from unnest($1, $2)),
          contact as (
            insert into contacts as c (id, score)
            select id, sum(weight) from unnest($3, $5) as given (id, weight) group by id order by id
            on conflict (id) do update set score = c.score + excluded.score)
        insert into accounts as a (id, score)
        select id, sum(weight) from unnest($4, $5) as given (id, weight) group by id order by id
        on conflict (id) do update set score = a.score + excluded.score
        """;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _command;
    private readonly long[] _ids;
    private readonly byte[][] _bodies;
    private readonly int[] _contacts;
    private readonly int[] _accounts;
    private readonly double[] _weights;

    public PostgresBatchWriter(PostgresCluster cluster, int batch)
    {
        _ids = new long[batch];
        _bodies = [.. Enumerable.Range(0, batch).Select(_ => new byte[PeerEvents.Bytes - sizeof(long)])];
        _contacts = new int[batch];
        _accounts = new int[batch];
        _weights = new double[batch];
        _connection = cluster.Open();
        _command = new NpgsqlCommand(Statement, _connection)
        {
            Parameters =
            {
                new NpgsqlParameter<long[]> { TypedValue = _ids },
                new NpgsqlParameter<byte[][]> { TypedValue = _bodies },
                new NpgsqlParameter<int[]> { TypedValue = _contacts },
                new NpgsqlParameter<int[]> { TypedValue = _accounts },
                new NpgsqlParameter<double[]> { TypedValue = _weights },
            },
        };
        _command.Prepare();
    }

    public void Write(PeerEvents events)
    {
        for (var i = 0; i < _ids.Length; i++)
        {
            events.Next();
            _ids[i] = events.Id;
            events.Body[sizeof(long)..].CopyTo(_bodies[i]);
            _contacts[i] = events.Contact;
            _accounts[i] = events.Account;
            _weights[i] = events.Weight;
        }

        _command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _command.Dispose();
        _connection.Dispose();
    }
}
