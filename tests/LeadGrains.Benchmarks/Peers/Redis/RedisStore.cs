using System.Globalization;

namespace LeadGrains.Benchmarks.Peers.Redis;

/// <summary>A stream of events, and a sorted set of scores each for contacts and accounts.</summary>
internal sealed class RedisStore(RedisServer server) : IPeerStore, IDisposable
{
    private const string Sum = """
        local sum = 0
        local all = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
        for i = 2, #all, 2 do sum = sum + tonumber(all[i]) end
        return string.format('%.17g', sum)
        """;

    private const string VersionKey = "redis_version:";

    private readonly RedisConnection _connection = server.Open();

    public int ProcessId => server.ProcessId;

    /// <summary>Of the server, such as 7.0.15.</summary>
    public string Version => _connection.Run("INFO", "server").Split('\n')
        .FirstOrDefault(line => line.StartsWith(VersionKey, StringComparison.Ordinal))?[VersionKey.Length..].Trim() ?? "of an unknown version";

    public (long Events, double ContactScores, double AccountScores) Read() =>
        (long.Parse(_connection.Run("XLEN", "events"), CultureInfo.InvariantCulture), SumOf("contacts"), SumOf("accounts"));

    public void RemoveEvents() => _connection.Run("DEL", "events");

    /// <param name="when">When what was appended is flushed to the disk: "always", before it is answered, or "everysec".</param>
    public void Flush(string when) => _connection.Run("CONFIG", "SET", "appendfsync", when);

    public void Dispose() => _connection.Dispose();

    private double SumOf(string set) => double.Parse(_connection.Run("EVAL", Sum, "1", set), CultureInfo.InvariantCulture);
}
