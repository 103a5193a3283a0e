using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Embedded.Sqlite;
using LeadGrains.Storage.Tests.Contract;
using LeadGrains.Storage.Tests.Support;
using Microsoft.Data.Sqlite;

namespace LeadGrains.Storage.Tests.Embedded.Sqlite;

/// <summary>The registry of a folder keeps a registry's promises, also where two processes use it.</summary>
public sealed class SqliteRegistryTests : RegistryContract
{
    private readonly TestFolder _folder = new();

    [Fact]
    public async Task Open_WhenTheSchemaIsNewer_IsRefused()
    {
        await Registry.DisposeAsync();
        Run("PRAGMA user_version = 99");
        var refused = Assert.Throws<StoreUnusableException>(() => SqliteRegistry.Open(_folder.Path));
        Assert.Contains("schema version 99", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WhenTheFileIsAnother_IsRefused()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.In("registry.db"), new string('x', 4_096));
        Assert.Throws<StoreUnusableException>(() => SqliteRegistry.Open(folder.Path));
        File.Delete(folder.In("registry.db"));
        using (var other = SqliteFile.OpenWriter(folder.In("registry.db")))
            other.Run("CREATE TABLE others (a)");
        var refused = Assert.Throws<StoreUnusableException>(() => SqliteRegistry.Open(folder.Path));
        Assert.Contains("not a registry", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WhenItMakesFolderAndFile_KeepsThemFromOthers()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var around = new TestFolder();
        var folder = around.In("new/data");
        await using var registry = SqliteRegistry.Open(folder);
        await registry.WriteAsync("keys", "a", "b"u8.ToArray(), 0, Token);

        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(folder) & Others);
        var files = Directory.GetFiles(folder);
        Assert.Contains(files, file => file.EndsWith("-wal", StringComparison.Ordinal));
        foreach (var file in files)
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & Others);
    }

    [Fact]
    public async Task Write_WhenRemoved_LeavesNothingOfItInTheFile()
    {
        var secret = "a-text-that-stands-nowhere-else"u8.ToArray();
        var revision = await Registry.WriteAsync("keys", "a", secret, 0, Token);
        await Registry.WriteAsync("keys", "a", null, revision, Token);
        await Registry.DisposeAsync();
        foreach (var file in Directory.EnumerateFiles(_folder.Path))
            Assert.Equal(-1, (await File.ReadAllBytesAsync(file, Token)).AsSpan().IndexOf(secret));
    }

    // Secrets stand in it in the clear.
    [Fact]
    public async Task Open_WhereThereAreModes_LetsNobodyElseRead()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        await Registry.WriteAsync("keys", "a", "secret"u8.ToArray(), 0, Token);
        Assert.All(Modes(), mode => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode));
        await Registry.DisposeAsync();
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder.In("registry.db"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await using var again = SqliteRegistry.Open(_folder.Path);
        Assert.All(Modes(), mode => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode));
    }

    private List<UnixFileMode> Modes() =>
        OperatingSystem.IsWindows() ? [] : [.. Directory.EnumerateFiles(_folder.Path, "registry.db*").Select(File.GetUnixFileMode)];

    protected override Task<IRegistry> OpenAsync() => Task.FromResult<IRegistry>(SqliteRegistry.Open(_folder.Path));

    protected override Task<IRegistry?> OpenAnotherAsync() => Task.FromResult<IRegistry?>(SqliteRegistry.Open(_folder.Path));

    protected override ValueTask CleanUpAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Run(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.In("registry.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
