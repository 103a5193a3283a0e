using System.Text;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Contract;

/// <summary>What every grain store promises.</summary>
public abstract partial class GrainStoreContract : IAsyncLifetime
{
    protected const int PartitionCount = 8;

    protected IGrainStore Store { get; private set; } = null!;

    protected IGrainGeneration Grains => Store.Active;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Open_WhenNew_IsEmpty()
    {
        Assert.Equal(PartitionCount, Store.PartitionCount);
        Assert.Equal(new long[PartitionCount], await Grains.ReadCheckpointsAsync(Token));
        Assert.Empty(Grains.ReadResidents(0, PartitionCount - 1, Token));
        Assert.Empty(await Store.ReadModelsAsync(Token));
        Assert.Null(await Grains.ReadAsync(new GrainKey("default", GrainKind.Contact, "nobody")));
    }

    [Fact]
    public async Task Read_WhenWritten_GivesRowsInTheOrderOfTheKeys()
    {
        GrainRow[] rows = [Row("a"), Row("b", kind: GrainKind.Account), Row("c", workspace: "other"), Row("d", stateBytes: 100_000)];
        await Grains.WriteAsync(rows);
        await ReopenAsync();

        GrainKey[] keys = [rows[3].Key, rows[0].Key, new("default", GrainKind.Account, "a"), rows[2].Key, rows[1].Key];
        var read = await Grains.ReadAsync(keys, Token);
        Assert.Equal(["d", "a", null, "c", "b"], read.Select(row => row?.Key.Id));
        AssertSame(rows[3], read[0]);
        AssertSame(rows[0], read[1]);
        AssertSame(rows[2], read[3]);
        AssertSame(rows[1], read[4]);
    }

    [Fact]
    public async Task Write_WhenDone_KeepsNothingOfTheRowsMemory()
    {
        var (state, resident, hashes) = (new byte[40], new byte[30], new byte[16]);
        var row = Row("a") with { State = state, Resident = resident, Seen = [new SeenChunk(0, Instant.Epoch, Instant.Epoch, hashes)] };
        var copy = row with { State = new byte[40], Resident = new byte[30], Seen = [new SeenChunk(0, Instant.Epoch, Instant.Epoch, new byte[16])] };
        await Grains.WriteAsync(row);
        foreach (var used in new[] { state, resident, hashes })
            used.AsSpan().Fill(1);

        AssertSame(copy, await Grains.ReadAsync(row.Key));
        Assert.Equal([DescribeResident(copy)], Residents(0, PartitionCount - 1));
    }

    [Fact]
    public async Task ReadResidents_WhenGivenARange_GivesEachRowOfItOnce()
    {
        var rows = Enumerable.Range(0, 500).Select(i => Row($"person-{i}", version: i + 1, kind: i % 3 == 0 ? GrainKind.Account : GrainKind.Contact)).ToArray();
        await Grains.WriteAsync(rows);
        await ReopenAsync();

        var read = Enumerable.Range(0, PartitionCount / 2).SelectMany(half => Residents(half * 2, (half * 2) + 1)).ToList();
        Assert.Equal(rows.Select(DescribeResident).Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
        Assert.Equal(rows.Count(row => row.Partition == 3), Residents(3, 3).Count);
    }

    [Fact]
    public async Task ReadAt_WhenResidentsToldPlaces_GivesTheNewestStatesInTheirOrder()
    {
        var rows = Enumerable.Range(0, 300).Select(i => Row($"person-{i}", version: i + 1, seen: i % 40 == 0 ? [Rows.Chunk(0, 256), Rows.Chunk(1, 3)] : [])).ToArray();
        await Grains.WriteAsync(rows);
        await ReopenAsync();
        var places = PlacesById();
        if (places.Values.All(place => place == 0))
            return;

        var newer = Row("person-7", version: 1_000, seen: [Rows.Chunk(0, 256)]);
        await Grains.WriteAsync(newer);
        rows[7] = newer;
        var wanted = rows.Where((_, i) => i % 3 != 2).OrderBy(row => places[row.Key.Id]).ToList();
        List<long> asked = [.. wanted.Select(row => places[row.Key.Id])];
        var read = Grains.ReadAt(asked, Token).Select(Describe).ToList();
        Assert.Equal(wanted.Select(row => Describe(row.AtRest with { Place = places[row.Key.Id] })), read);
        Assert.Equal(read[..2], Grains.ReadAt(asked, Token).Take(2).Select(Describe));
        Assert.Equal(Enumerable.Reverse(read), Grains.ReadAt([.. Enumerable.Reverse(asked)], Token).Select(Describe));
    }

    [Fact]
    public async Task Write_WhenVersionIsLower_KeepsWhatIsThere()
    {
        var newer = Row("a", version: 9, seen: [Rows.Chunk(0, 3)]);
        await Grains.WriteAsync(newer);
        await Grains.WriteAsync(Row("a", version: 8, seen: [Rows.Chunk(0, 5)], firstSeenChunk: 1), Row("b"));
        AssertSame(newer, await Grains.ReadAsync(newer.Key));
        Assert.NotNull(await Grains.ReadAsync(Row("b").Key));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    public async Task Write_WhenVersionIsSameOrHigher_Replaces(long version)
    {
        await Grains.WriteAsync(Row("a", version: 9));
        var replacing = Row("a", version, stateBytes: 77);
        await Grains.WriteAsync(replacing);
        await ReopenAsync();
        AssertSame(replacing, await Grains.ReadAsync(replacing.Key));
        Assert.Equal([DescribeResident(replacing)], Residents(0, PartitionCount - 1));
    }

    [Fact]
    public async Task Write_WhenChunksGrowAndAgeOut_KeepsTheOnesThatCount()
    {
        await Grains.WriteAsync(Row("a", version: 1, seen: [Rows.Chunk(0, 256), Rows.Chunk(1, 10)]), Row("b", seen: [Rows.Chunk(0, 1)]));
        await Grains.WriteAsync(Row("a", version: 2, seen: [Rows.Chunk(1, 256, seed: 1), Rows.Chunk(2, 1)]));
        Assert.Equal(
            Rows.DescribeChunks([Rows.Chunk(0, 256), Rows.Chunk(1, 256, seed: 1), Rows.Chunk(2, 1)]),
            Rows.DescribeChunks((await Grains.ReadAsync(Row("a").Key))!.Seen));
        await Grains.WriteAsync(Row("a", version: 3, seen: [], firstSeenChunk: 2));
        await ReopenAsync();

        var read = (await Grains.ReadAsync(Row("a").Key))!;
        Assert.Equal(2, read.FirstSeenChunk);
        Assert.Equal(Rows.DescribeChunks([Rows.Chunk(2, 1)]), Rows.DescribeChunks(read.Seen));
        Assert.Single((await Grains.ReadAsync(Row("b").Key))!.Seen);
    }

    [Fact]
    public async Task Write_WhenChunkNumbersAreHigh_TellsThemApart()
    {
        SeenChunk[] chunks = [Rows.Chunk((1 << 20) - 1, 2), Rows.Chunk(1 << 20, 3), Rows.Chunk(int.MaxValue - 300, 4)];
        await Grains.WriteAsync(Row("a", seen: chunks, firstSeenChunk: (1 << 20) - 1));
        Assert.Equal(Rows.DescribeChunks(chunks), Rows.DescribeChunks((await Grains.ReadAsync(Row("a").Key))!.Seen));
    }

    [Fact]
    public async Task Write_WhenIdsAreAnyText_KeepsThemApart()
    {
        string[] ids =
        [
            "", " ", "a", "A", "a ", "a\0", "a\0b", "\0", "'", "''; DROP TABLE grains; --", "\"", "\\", "%", "_", "\n", "é", "e\u0301",
            "日本語", "😀", "\uFFFD", "\u202E", new string('x', 128), "NULL", "1", "01", "1.0",
        ];
        var rows = ids.SelectMany(id => new[] { Row(id), Row(id, kind: GrainKind.Account), Row(id, workspace: "w\0'") }).ToArray();
        await Grains.WriteAsync(rows);
        await ReopenAsync();

        var read = await Grains.ReadAsync([.. rows.Select(row => row.Key)], Token);
        for (var i = 0; i < rows.Length; i++)
            AssertSame(rows[i], read[i]);
        Assert.Equal(rows.Select(DescribeResident).Order(StringComparer.Ordinal), Residents(0, PartitionCount - 1).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Write_WhenBytesAreEmpty_ReadsThemBackEmpty()
    {
        var empty = Row("a") with { State = default, Resident = default, Seen = [new SeenChunk(0, Instant.Epoch, Instant.Min, default)] };
        await Grains.WriteAsync(empty);
        AssertSame(empty, await Grains.ReadAsync(empty.Key));
        Assert.Equal([DescribeResident(empty)], Residents(0, PartitionCount - 1));
    }

    [Fact]
    public async Task Write_WhenARowIsOfAnotherPartition_WritesNothing()
    {
        var row = Row("a");
        await Assert.ThrowsAsync<ArgumentException>(
            () => Grains.WriteAsync((row.Partition + 1) % PartitionCount, 1, [row], Token));
        Assert.Null(await Grains.ReadAsync(row.Key));
    }

    [Fact]
    public async Task Write_WhenTheCallerReusesItsMemoryAfterwards_KeepsWhatWasWritten()
    {
        var bytes = new byte[] { 1, 2, 3 };
        var row = Row("a") with { State = bytes, Resident = bytes, Seen = [new SeenChunk(0, Instant.Epoch, Instant.Epoch, bytes)] };
        await Grains.WriteAsync(row);
        Array.Clear(bytes);
        var read = (await Grains.ReadAsync(row.Key))!;
        Assert.Equal("010203 010203", $"{Convert.ToHexString(read.State.Span)} {Convert.ToHexString(read.Seen[0].Hashes.Span)}");
        Assert.EndsWith("010203", Residents(0, PartitionCount - 1)[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_WhenManyCallAtOnce_WritesAll()
    {
        var rows = Enumerable.Range(0, 400).Select(i => Row($"p{i}")).GroupBy(row => row.Partition).ToList();
        await Task.WhenAll(rows.SelectMany(partition => partition.Chunk(10).Select(
            chunk => Task.Run(() => Grains.WriteAsync(partition.Key, 1, chunk, Token), Token))));
        await Task.WhenAll(rows.Select(async partition =>
        {
            var read = await Grains.ReadAsync([.. partition.Select(row => row.Key)], Token);
            Assert.All(read, Assert.NotNull);
        }));
        Assert.Equal(400, Residents(0, PartitionCount - 1).Count);
    }

    [Fact]
    public async Task RefreshSummaries_WhenARowIsThere_LeavesWhatIsReadBack()
    {
        var row = Row("acme.com", version: 5, kind: GrainKind.Account);
        await Grains.WriteAsync(row);
        await RefreshAsync("acme.com");
        await ReopenAsync();
        AssertSame(row, await Grains.ReadAsync(row.Key));
        Assert.Equal([DescribeResident(row)], Residents(0, PartitionCount - 1));
    }

    [Fact]
    public async Task RefreshSummaries_WhenThereIsNoRow_MakesNoneThatIsReadBack()
    {
        var row = Row("acme.com", version: 1, kind: GrainKind.Account);
        await RefreshAsync("acme.com");
        await RefreshAsync("acme.com");
        Assert.Null(await Grains.ReadAsync(row.Key));
        Assert.Empty(Residents(0, PartitionCount - 1));
        await Grains.WriteAsync(row);
        AssertSame(row, await Grains.ReadAsync(row.Key));
        Assert.Equal([DescribeResident(row)], Residents(0, PartitionCount - 1));
    }

    [Fact]
    public async Task SaveCheckpoint_WhenLower_DoesNotGoBack()
    {
        await Grains.SaveCheckpointAsync(2, 1, 40, Token);
        await Grains.SaveCheckpointAsync(2, 1, 30, Token);
        await Grains.SaveCheckpointAsync(7, 1, 5, Token);
        await ReopenAsync();
        Assert.Equal([0, 0, 40, 0, 0, 0, 0, 5], await Grains.ReadCheckpointsAsync(Token));
    }

    /// <summary>Opens the store over what is written; a second time only after the first one is disposed.</summary>
    protected abstract ValueTask<IGrainStore> OpenAsync();

    protected virtual ValueTask CleanUpAsync() => ValueTask.CompletedTask;

    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await OpenAsync();
    }

    protected static GrainRow Row(
        string id, long version = 1, GrainKind kind = GrainKind.Contact, string workspace = "default",
        SeenChunk[]? seen = null, int firstSeenChunk = 0, int stateBytes = 40) =>
        Rows.Of(id, PartitionCount, version, kind, workspace, seen, firstSeenChunk, stateBytes);

    protected Task RefreshAsync(string account)
    {
        var key = new GrainKey("default", GrainKind.Account, account);
        var partition = Rows.PartitionOf(key, PartitionCount);
        var summary = new GrainSummary("Refreshed", "", 1, 2, 3, "won", "", new Instant(99));
        return Grains.RefreshSummariesAsync(partition, 1, [new SummaryRow(key, partition, summary)], Token);
    }

    private static void AssertSame(GrainRow expected, GrainRow? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(
            (expected.Key, expected.Partition, expected.Version, expected.ModelVersion, expected.FirstSeenChunk),
            (actual.Key, actual.Partition, actual.Version, actual.ModelVersion, actual.FirstSeenChunk));
        Assert.Equal(Convert.ToHexString(expected.State.Span), Convert.ToHexString(actual.State.Span));
        Assert.Equal(Rows.DescribeChunks(expected.Seen), Rows.DescribeChunks(actual.Seen));
        Assert.True(actual.Resident.IsEmpty);
        Assert.Equal(GrainSummary.Unread, actual.Summary);
    }

    private static string DescribeResident(GrainRow row) => DescribeResident(
        new ResidentRow(
            row.Key.Workspace, row.Key.Kind, Encoding.UTF8.GetBytes(row.Key.Id), row.Partition, row.Version, row.ModelVersion, row.Summary.Stage, row.Resident));

    private static string DescribeResident(ResidentRow row) =>
        $"{row.Key} {row.Partition} {row.Version} {row.ModelVersion} {row.Stage} {Convert.ToHexString(row.Resident.Span)}";

    private static string Describe(RestingGrain grain) =>
        $"{grain.Place} {Convert.ToHexString(grain.State.Span)} {Rows.DescribeChunks(grain.Seen)}";

    private Dictionary<string, long> PlacesById()
    {
        var places = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var row in Grains.ReadResidents(0, PartitionCount - 1, Token))
            places.Add(row.Key.Id, row.Place);
        return places;
    }

    private List<string> Residents(int first, int last) => [.. Grains.ReadResidents(first, last, Token).Select(DescribeResident)];
}
