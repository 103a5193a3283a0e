using LeadGrains.Storage.Embedded.Segments;

namespace LeadGrains.Storage.Tests.Support;

/// <summary>A folder of segments that a test opens, damages and opens again.</summary>
internal sealed class JournalFolder : IDisposable
{
    public const int PartitionCount = 4;

    public static readonly StoreIdentity Store = new(new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), PartitionCount);

    private readonly TestFolder _folder = new();

    public string Path => _folder.In("journal");

    public SegmentJournal Open(long segmentBytes = 4_096, Disk? disk = null, StoreIdentity? store = null) =>
        SegmentJournal.Open(Path, store ?? Store, segmentBytes, disk ?? new Disk());

    public string SegmentPath(int id) => System.IO.Path.Combine(Path, $"{id:D10}.seg");

    public string IndexPath(int id) => System.IO.Path.Combine(Path, $"{id:D10}.idx");

    /// <summary>Where the commits of a segment begin; the last number is where the last one ends.</summary>
    public List<long> CommitOffsets(int id)
    {
        using var file = File.OpenHandle(SegmentPath(id));
        var header = new SegmentHeader(SegmentHeader.CurrentVersion, PartitionCount, id, Store.Id);
        using var reader = new CommitReader(file, header, SegmentHeader.Size, RandomAccess.GetLength(file), 4_096);
        var offsets = new List<long> { SegmentHeader.Size };
        while (reader.TryRead(out _))
            offsets.Add(reader.Offset);
        return offsets;
    }

    /// <summary>Writes one commit for each append, one after the other, and closes the journal.</summary>
    public async Task WriteAsync(long segmentBytes, params Grains.Storage.JournalBlock[] blocks)
    {
        await using var journal = Open(segmentBytes);
        foreach (var block in blocks)
            await journal.AppendAsync(block);
    }

    public void Change(int segmentId, Func<byte[], byte[]> change) => ChangeFile(SegmentPath(segmentId), change);

    public static void ChangeFile(string path, Func<byte[], byte[]> change) => File.WriteAllBytes(path, change(File.ReadAllBytes(path)));

    /// <summary>Puts the files back as they are now.</summary>
    public Action Remember()
    {
        var files = Directory.GetFiles(Path).ToDictionary(file => file, File.ReadAllBytes);
        return () =>
        {
            Directory.Delete(Path, recursive: true);
            Directory.CreateDirectory(Path);
            foreach (var (file, bytes) in files)
                File.WriteAllBytes(file, bytes);
        };
    }

    public string Describe() => string.Join(
        '\n', Directory.GetFiles(Path).Order(StringComparer.Ordinal).Select(file => $"{file} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}"));

    public void Dispose() => _folder.Dispose();
}
