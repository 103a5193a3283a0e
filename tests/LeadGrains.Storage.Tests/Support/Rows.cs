using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;

namespace LeadGrains.Storage.Tests.Support;

/// <summary>Makes rows whose bytes follow from id and version.</summary>
internal static class Rows
{
    public static GrainRow Of(
        string id, int partitionCount, long version = 1, GrainKind kind = GrainKind.Contact, string workspace = "default",
        SeenChunk[]? seen = null, int firstSeenChunk = 0, int stateBytes = 40)
    {
        var key = new GrainKey(workspace, kind, id);
        var bytes = new byte[stateBytes];
        new Random((int)version).NextBytes(bytes);
        return new GrainRow
        {
            Key = key,
            Partition = PartitionOf(key, partitionCount),
            Version = version,
            ModelVersion = 3,
            State = bytes,
            Resident = bytes.AsMemory(0, stateBytes / 2),
            Summary = new GrainSummary("name of " + id, "acme.com", 10 + version, 20, 30.5, "stage " + version, $$"""{"v":{{version}}}""", new Instant(17_000_000_000_000_000 + version)),
            Seen = seen ?? [],
            FirstSeenChunk = firstSeenChunk,
        };
    }

    public static int PartitionOf(GrainKey key, int partitionCount) => KeyHash.PartitionOf(KeyHash.Of(key), partitionCount);

    public static SeenChunk Chunk(int number, int hashes, int seed = 0)
    {
        var bytes = new byte[hashes * sizeof(ulong)];
        new Random(number + (seed * 1_000)).NextBytes(bytes);
        return new SeenChunk(number, new Instant(number), new Instant(number + hashes), bytes);
    }

    public static async Task WriteAsync(this IGrainGeneration store, params GrainRow[] rows)
    {
        foreach (var partition in rows.GroupBy(row => row.Partition))
            await store.WriteAsync(partition.Key, 1, [.. partition], TestContext.Current.CancellationToken);
    }

    public static async Task<GrainRow?> ReadAsync(this IGrainGeneration store, GrainKey key) =>
        (await store.ReadAsync([key], TestContext.Current.CancellationToken))[0];

    public static string DescribeChunks(IEnumerable<SeenChunk> chunks) => string.Join(
        "; ", chunks.Select(chunk => $"{chunk.Number} {chunk.FirstReceived.Ticks}-{chunk.LastReceived.Ticks} {Convert.ToHexString(chunk.Hashes.Span)}"));
}
