using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using LeadGrains.Storage.Embedded.Sqlite;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Embedded.Sqlite;

/// <summary>Folders that earlier programs wrote go on with all that is in them.</summary>
public sealed class SqliteSchemaTests : IDisposable
{
    private const int Partitions = 4;

    private static readonly StoreOpening Opening = new(new StoreIdentity(Guid.Empty, Partitions));
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string DatabasePath => _folder.In("grains.db");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Open_WhenRowsStoodInTwoTables_KeepsAllThatWasInThem(int version)
    {
        var rows = AllKinds();
        using (var former = new FormerGrainsFile(DatabasePath, version, Partitions))
        {
            foreach (var row in rows)
                former.Add(row);
            former.Run(version > 1 ? "INSERT INTO checkpoints_1 VALUES (2, 77)" : "INSERT INTO checkpoints VALUES (2, 77)");
        }

        await using var store = SqliteGrainStore.Open(DatabasePath, Opening);
        Assert.Equal([0, 0, 77, 0], await store.Active.ReadCheckpointsAsync(Token));
        Assert.Equal(rows.Select(Describe).Order(StringComparer.Ordinal), await PagesAsync(store.Active));
        var known = rows.Where(row => row.Version > 0).ToList();
        Assert.Equal(known.Select(Kept), (await store.Active.ReadAsync([.. known.Select(row => row.Key)], Token)).Select(row => Kept(row!)));
        Assert.Equal(known.Select(Kept).Order(StringComparer.Ordinal), ByPlace(store.Active));
    }

    [Fact]
    public async Task Open_WhenRowsStoodInTwoTables_WritesThemOn()
    {
        using (var former = new FormerGrainsFile(DatabasePath, version: 3, Partitions))
        {
            foreach (var row in AllKinds())
                former.Add(row);
        }

        await using var store = SqliteGrainStore.Open(DatabasePath, Opening);
        var newer = Rows.Of("person-7", Partitions, version: 1_000, seen: [Rows.Chunk(1, 9)], firstSeenChunk: 1);
        var added = Rows.Of("somebody new", Partitions);
        await store.Active.WriteAsync(newer, added);
        Assert.Equal([Kept(newer), Kept(added)], (await store.Active.ReadAsync([newer.Key, added.Key], Token)).Select(row => Kept(row!)));
        Assert.Equal(AllKinds().Length + 1, (await PagesAsync(store.Active)).Count);
    }

    [Fact]
    public async Task Open_WhenSeveralGenerationsStoodInTwoTables_KeepsTheActiveOne()
    {
        using (var former = new FormerGrainsFile(DatabasePath, version: 3, Partitions))
        {
            former.Run(FormerGeneration);
            former.Run("UPDATE active SET generation = 2");
            former.Add(Rows.Of("a", Partitions), generation: 1);
            former.Add(Rows.Of("b", Partitions), generation: 2);
        }

        await using var store = SqliteGrainStore.Open(DatabasePath, Opening);
        Assert.Equal(2, ((SqliteGeneration)store.Active).Number);
        Assert.Null(await store.Active.ReadAsync(Rows.Of("a", Partitions).Key));
        Assert.NotNull(await store.Active.ReadAsync(Rows.Of("b", Partitions).Key));
        await store.DropAbandonedAsync(Token);
        using var file = SqliteFile.OpenReader(DatabasePath);
        Assert.Equal([2], GenerationTables.Numbers(file));
        Assert.Equal(1, file.Number("SELECT count(*) FROM contacts"));
    }

    [Fact]
    public async Task Open_WhenItIsOfBeforeActivationsWereKept_TakesThemFromThePublications()
    {
        using (var former = new FormerGrainsFile(DatabasePath, version: 2, Partitions))
            former.Run("INSERT INTO models VALUES (1, x'09', 'name: first', 'me', 5, 'why')");

        await using var store = SqliteGrainStore.Open(DatabasePath, Opening);
        Assert.Equal(new ActivationNote("me", new Instant(5), "why"), Assert.Single(await store.ReadModelsAsync(Token)).Activated);
    }

    // A program before it asked for no more than the tables of its own.
    [Fact]
    public async Task Open_WhenRowsStoodInTwoTables_LeavesNothingOfThese()
    {
        using (var former = new FormerGrainsFile(DatabasePath, version: 3, Partitions))
            former.Add(Rows.Of("a", Partitions));
        await using var store = SqliteGrainStore.Open(DatabasePath, Opening);
        using var file = SqliteFile.OpenReader(DatabasePath);
        Assert.Equal(0, file.Number("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%former%' OR name LIKE '%renumbered%' OR name LIKE 'grain\\_states\\__' ESCAPE '\\'"));
    }

    public void Dispose() => _folder.Dispose();

    // Of both kinds, in several workspaces, with chunks of all sorts, long states, and one that has columns for people only.
    private static GrainRow[] AllKinds() =>
    [
        .. Enumerable.Range(0, 300).Select(i => Rows.Of(
            $"person-{i}", Partitions, version: i + 1, i % 3 == 0 ? GrainKind.Account : GrainKind.Contact, i % 5 == 0 ? "other" : "default",
            i % 40 == 0 ? [Rows.Chunk(0, 256), Rows.Chunk(1, 3)] : [], stateBytes: i % 50 == 0 ? 20_000 : 40 + i)),
        Rows.Of("many signals", Partitions, seen: [Rows.Chunk((1 << 20) - 1, 2), Rows.Chunk(1 << 20, 3), Rows.Chunk(int.MaxValue - 300, 4)], firstSeenChunk: (1 << 20) - 1),
        Rows.Of("é\0", Partitions),
        Rows.Of("people only", Partitions, version: 0, GrainKind.Account),
    ];

    private static string FormerGeneration =>
        """
        CREATE TABLE grains_2 AS SELECT * FROM grains_1;
        CREATE TABLE grain_states_2 AS SELECT * FROM grain_states_1;
        CREATE TABLE seen_chunks_2 AS SELECT * FROM seen_chunks_1;
        CREATE TABLE checkpoints_2 AS SELECT * FROM checkpoints_1;
        """;

    private static async Task<List<string>> PagesAsync(IGrainGeneration generation)
    {
        var found = new List<string>();
        for (var partition = 0; partition < Partitions; partition++)
            found.AddRange((await generation.ReadPageAsync(partition, null, 1_000, Token)).Select(Describe));
        return [.. found.Order(StringComparer.Ordinal)];
    }

    private static List<string> ByPlace(IGrainGeneration generation)
    {
        var residents = new List<ResidentRow>();
        foreach (var row in generation.ReadResidents(0, Partitions - 1, Token))
            residents.Add(row with { IdUtf8 = row.IdUtf8.ToArray(), Resident = default });
        var states = new List<string>();
        foreach (var grain in generation.ReadAt([.. residents.Select(row => row.Place)], Token))
            states.Add($"{Convert.ToHexString(grain.State.Span)} {Rows.DescribeChunks(grain.Seen)}");
        return [.. residents.Zip(states, (row, state) => $"{row.Key} {row.Version} {state}").Order(StringComparer.Ordinal)];
    }

    private static string Kept(GrainRow row) => $"{row.Key} {row.Version} {Convert.ToHexString(row.State.Span)} {Rows.DescribeChunks(row.Seen)}";

    private static string Describe(GrainRow row) =>
        $"{Kept(row)} {row.Partition} {row.ModelVersion} {row.FirstSeenChunk} {row.Summary} {Convert.ToHexString(row.Resident.Span)}";
}
