using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Peers.Redis;

namespace LeadGrains.Benchmarks.Peers.Ranking;

/// <summary>A sorted set of accounts, asked for its best. Its scores do not decay.</summary>
internal sealed class RedisRanking : IDisposable
{
    private const int Pipeline = 1_000, Seed = 1, MostPoints = 1_000_000;

    private readonly RedisConnection _connection;
    private readonly int _processId;

    public RedisRanking(RedisServer server, int accounts)
    {
        _connection = server.Open();
        _processId = server.ProcessId;
        var random = new Random(Seed);
        foreach (var numbers in Enumerable.Range(0, accounts).Chunk(Pipeline))
        {
            foreach (var number in numbers)
            {
                _connection.Begin(words: 4);
                _connection.Word("ZADD"u8);
                _connection.Word("ranked"u8);
                _connection.Word([], random.Next(MostPoints));
                _connection.Word("a"u8, number);
            }

            _connection.Run();
        }
    }

    public Contender Contender => new QueryContender("Redis, ZREVRANGE, no decay", _processId, () => Task.FromResult(Ask())).Contender;

    public void Dispose() => _connection.Dispose();

    private int Ask()
    {
        _connection.Begin(words: 5);
        _connection.Word("ZREVRANGE"u8);
        _connection.Word("ranked"u8);
        _connection.Word("0"u8);
        _connection.Word([], QueryContender.Rows - 1);
        _connection.Word("WITHSCORES"u8);
        return _connection.Run() / 2;
    }
}
