namespace LeadGrains.Benchmarks.Peers.Redis;

/// <summary>XADD and two ZINCRBY for each event, in pipelines. Not atomic: the fastest form that Redis has.</summary>
internal sealed class RedisEventWriter(RedisServer server, int batch) : IEventWriter
{
    private readonly RedisConnection _connection = server.Open();

    public void Write(PeerEvents events)
    {
        for (var i = 0; i < batch; i++)
        {
            events.Next();
            _connection.Begin(words: 5);
            _connection.Word("XADD"u8);
            _connection.Word("events"u8);
            _connection.Word("*"u8);
            _connection.Word("e"u8);
            _connection.Word(events.Body);
            Add("contacts"u8, "c"u8, events.Contact, events.Weight);
            Add("accounts"u8, "a"u8, events.Account, events.Weight);
        }

        _connection.Run();
    }

    public void Dispose() => _connection.Dispose();

    private void Add(ReadOnlySpan<byte> set, ReadOnlySpan<byte> letter, int member, int weight)
    {
        _connection.Begin(words: 4);
        _connection.Word("ZINCRBY"u8);
        _connection.Word(set);
        _connection.Word([], weight);
        _connection.Word(letter, member);
    }
}
