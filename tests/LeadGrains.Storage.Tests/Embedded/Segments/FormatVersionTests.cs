using System.Buffers.Binary;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Embedded.Segments;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Embedded.Segments;

/// <summary>
/// Each format version that was ever written is read for ever: a folder under Golden holds a journal of it. A new
/// version adds a folder; those that are there never change.
/// </summary>
public sealed class FormatVersionTests : IDisposable
{
    // What the journals under Golden hold, commit by commit.
    private static readonly JournalBlock[][] Content =
    [
        [Blocks.Of(0, 1, 3), Blocks.Of(2, [5, 9])],
        [Blocks.Of(3, 1, 1, signalBytes: 700)],
        [Blocks.Of(0, 4), Blocks.Of(1, 1, 2), Blocks.Of(2, 10)],
    ];

    private readonly JournalFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_WhenSegmentsAreOfFormatVersion1_ReadsThemAndGoesOn()
    {
        CopyGolden(1);
        await using (var journal = _folder.Open(1_024))
        {
            Assert.Null(journal.TornTail);
            JournalCalls.AssertSame(Content.SelectMany(commit => commit), journal.ReadAll());
            Assert.Equal(10, journal.EntryCount);
            await journal.AppendAsync(Blocks.Of(1, 3));
        }

        await using var again = _folder.Open(1_024);
        JournalCalls.AssertSame([.. Content.SelectMany(commit => commit), Blocks.Of(1, 3)], again.ReadAll());
    }

    [Fact]
    public async Task Append_WhenWrittenToday_GivesTheBytesOfTheCurrentVersion()
    {
        await using (var journal = _folder.Open(1_024))
        {
            foreach (var commit in Content)
                await journal.AppendAsync(commit);
        }

        // A writer that gives other bytes needs a new version.
        foreach (var golden in Directory.GetFiles(GoldenPath(SegmentHeader.CurrentVersion)))
        {
            var written = File.ReadAllBytes(Path.Combine(_folder.Path, Path.GetFileName(golden)));
            var expected = File.ReadAllBytes(golden);
            Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(written.AsSpan(0, expected.Length)));
            Assert.Equal(-1, written.AsSpan(expected.Length).IndexOfAnyExcept((byte)0));
        }
    }

    [Fact]
    public void Golden_WhenListed_HasEveryVersion() =>
        Assert.All(Enumerable.Range(1, SegmentHeader.CurrentVersion), version => Assert.NotEmpty(Directory.GetFiles(GoldenPath(version))));

    [Fact]
    public async Task Open_WhenTheFormatIsNewer_IsRefusedAndSaysSo()
    {
        await _folder.WriteAsync(1_024, Blocks.Of(0, 1));
        _folder.Change(1, bytes =>
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), SegmentHeader.CurrentVersion + 1);
            return bytes;
        });
        var before = _folder.Describe();
        var refused = Assert.Throws<StoreUnusableException>(() => _folder.Open());
        Assert.Contains($"format version {SegmentHeader.CurrentVersion + 1}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("newer program", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Describe());
    }

    private static string GoldenPath(int version) =>
        Path.Combine(AppContext.BaseDirectory, "Embedded", "Segments", "Golden", $"FormatVersion{version}");

    private void CopyGolden(int version)
    {
        Directory.CreateDirectory(_folder.Path);
        foreach (var file in Directory.GetFiles(GoldenPath(version)))
            File.Copy(file, Path.Combine(_folder.Path, Path.GetFileName(file)));
    }
}
