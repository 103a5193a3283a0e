namespace LeadGrains.Benchmarks.Peers.Postgres;

/// <summary>A prepared statement, and with it a transaction, for each event: the best form that there is per event.</summary>
internal sealed class PostgresEventWriter(PostgresCluster cluster) : IEventWriter
{
    private const string Statement = """
        with
          event as (insert into events (id, body) values ($1, $2)),
          contact as (insert into contacts as c (id, score) values ($3, $5) on conflict (id) do update set score = c.score + excluded.score)
        insert into accounts as a (id, score) values ($4, $5) on conflict (id) do update set score = a.score + excluded.score
        """;

    private readonly PostgresStatement _statement = new(cluster.Address, Statement);

    public void Write(PeerEvents events)
    {
        events.Next();
        _statement.BeginValues(parameters: 5);
        _statement.Value(events.Id);
        _statement.Value(events.Body[sizeof(long)..]);
        _statement.Value(events.Contact);
        _statement.Value(events.Account);
        _statement.Value((double)events.Weight);
        _statement.Execute();
    }

    public void Dispose() => _statement.Dispose();
}
