using System.IO.Compression;
using System.Text;
using LeadGrains.Host.Importing;

namespace LeadGrains.Host.Tests.Importing;

public sealed class SignalLinesTests
{
    private const string Good =
        """{"id":"1","source":"web","type":"page_viewed","contactId":"c-1","occurredAt":"2026-11-21T20:00:00Z","attributes":{"url":"/pricing"}}""";

    [Fact]
    public async Task Read_WhenLinesAreGood_GivesTheSignalsWithTheirNumbers()
    {
        var lines = await ReadAsync(Utf8($"{Good}\n\n{Good}\r\n{Good}"));

        Assert.Equal([1, 3, 4], lines.Select(line => line.Number));
        Assert.All(lines, line => Assert.Equal("/pricing", line.Signal!.Attributes["url"]));
        Assert.Equal(1795291200, lines[0].Signal!.OccurredAt.Seconds);
    }

    [Fact]
    public async Task Read_WhenTheFileIsGzipped_GivesTheSameSignals()
    {
        var plain = Utf8(string.Concat(Enumerable.Repeat(Good + "\n", 1_000)));
        using var gzipped = new MemoryStream();
        await using (var gzip = new GZipStream(gzipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(plain, TestContext.Current.CancellationToken);
        }

        Assert.Equal((await ReadAsync(plain)).Select(line => line.Signal), (await ReadAsync(gzipped.ToArray())).Select(line => line.Signal));
    }

    [Fact]
    public async Task Read_WhenTheGzippedFileIsCutOff_Throws()
    {
        using var gzipped = new MemoryStream();
        await using (var gzip = new GZipStream(gzipped, CompressionLevel.NoCompression, leaveOpen: true))
        {
            await gzip.WriteAsync(Utf8(Good + "\n"), TestContext.Current.CancellationToken);
        }

        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(gzipped.ToArray()[..^20]));
    }

    [Theory]
    [InlineData("""{"\ud800": "half of a pair"}""")]
    [InlineData("no JSON at all")]
    [InlineData("""{"id":"1","type":"page_viewed"}, "more" """)]
    [InlineData("""{"id":"1","kind":"page_viewed"}""")]
    [InlineData("""{"id":1.5e400}""")]
    [InlineData("""{"id":"1","occurredAt":"yesterday"}""")]
    [InlineData("[]")]
    public async Task Read_WhenALineIsNoSignal_SaysSoAndGoesOn(string bad)
    {
        var lines = await ReadAsync(Utf8($"{Good}\n{bad}\n{Good}\n"));

        Assert.Equal(3, lines.Count);
        Assert.Null(lines[1].Signal);
        Assert.NotEmpty(lines[1].Fault);
        Assert.Equal(2, lines[1].Number);
        Assert.NotNull(lines[2].Signal);
    }

    [Theory]
    [InlineData("""{"id":"1","type":5,"contactId":"c"}""", "type: ")]
    [InlineData("""{"id":"1","occurredAt":"yesterday"}""", "occurredAt: ")]
    [InlineData("""{"id":"1","attributes":{"url":"/","minutes":{"a":1}}}""", "attributes.minutes: ")]
    [InlineData("""{"id":"1","attributes":[]}""", "attributes: ")]
    [InlineData("""{"id":"1","kind":"page_viewed"}""", "kind: ")]
    [InlineData("""[{"id":"1"},{"id":"2"}]""", "a JSON array: write one JSON object a line")]
    [InlineData("[", "a JSON array: write one JSON object a line")]
    public async Task Read_WhenAFieldIsWrong_NamesIt(string bad, string fault) =>
        Assert.StartsWith(fault, (await ReadAsync(Utf8(bad))).Single().Fault, StringComparison.Ordinal);

    [Fact]
    public async Task Read_WhenALineIsNotUtf8_SaysSoAndGoesOn()
    {
        var lines = await ReadAsync([.. Utf8("{\"id\":\""), 0xff, .. Utf8("\"}\n" + Good)]);

        Assert.Equal("not UTF-8", lines[0].Fault);
        Assert.NotNull(lines[1].Signal);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("")]
    public async Task Read_WhenALineIsTooLong_LetsGoOfItAndGoesOn(string end)
    {
        var lines = await ReadAsync(Utf8($"{Good}\n{{\"id\":\"{new string('x', 3 << 20)}\"}}{end}{(end.Length > 0 ? Good : "")}"));

        Assert.Equal(2, lines[1].Number);
        Assert.StartsWith("longer than", lines[1].Fault, StringComparison.Ordinal);
        Assert.Equal(end.Length > 0 ? 3 : 2, lines.Count);
    }

    [Fact]
    public async Task Read_WhenTheFileStartsWithAByteOrderMark_IgnoresIt() =>
        Assert.NotNull((await ReadAsync([0xef, 0xbb, 0xbf, .. Utf8(Good)])).Single().Signal);

    [Fact]
    public async Task Read_WhenTheFileIsEmpty_GivesNothing() => Assert.Empty(await ReadAsync([]));

    [Fact]
    public async Task Read_WhenLinesAreMangled_NeverThrows()
    {
        const int Seed = 11;
        var random = new Random(Seed);
        var good = Utf8(Good);
        for (var i = 0; i < 5_000; i++)
        {
            var line = good.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                line[random.Next(line.Length)] = (byte)random.Next(11, 256);
            }

            Assert.True((await ReadAsync(line)).Count <= 1, $"seed {Seed}, line {i}");
        }
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static async Task<List<SignalLine>> ReadAsync(byte[] bytes)
    {
        var lines = new List<SignalLine>();
        using var file = new MemoryStream(bytes);
        await foreach (var line in SignalLines.ReadAsync(file, TestContext.Current.CancellationToken))
        {
            lines.Add(line);
        }

        return lines;
    }
}
