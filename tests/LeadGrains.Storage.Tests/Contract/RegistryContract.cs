using System.Text;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Tests.Contract;

/// <summary>What every registry promises.</summary>
public abstract class RegistryContract : IAsyncLifetime
{
    protected IRegistry Registry { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Registry = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await Registry.DisposeAsync();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Read_WhenNew_IsEmpty()
    {
        Assert.Empty(await Registry.ReadAsync("keys", 0, 10, Token));
        Assert.Empty(await Registry.ReadCollectionsAsync(Token));
        Assert.Null(await Registry.FindAsync("keys", "a", Token));
    }

    [Fact]
    public async Task Write_WhenThereIsNone_GivesItBack()
    {
        var revision = await WriteAsync("keys", "a", "one", 0);
        Assert.NotNull(revision);
        Assert.Equal("one", Text(await Registry.FindAsync("keys", "a", Token)));
        var read = Assert.Single(await Registry.ReadAsync("keys", 0, 10, Token));
        Assert.Equal(("a", revision, "one"), (read.Id, read.Revision, Text(read)));
        Assert.Null(await Registry.FindAsync("other", "a", Token));
    }

    [Fact]
    public async Task Write_WhenTheRevisionIsAnother_ChangesNothing()
    {
        var first = await WriteAsync("keys", "a", "one", 0);
        Assert.Null(await WriteAsync("keys", "a", "two", 0));
        Assert.Null(await WriteAsync("keys", "a", "two", first + 1));
        Assert.Null(await WriteAsync("keys", "b", "two", first));
        Assert.Null(await WriteAsync("keys", "a", null, first + 1));
        Assert.Equal("one", Text(await Registry.FindAsync("keys", "a", Token)));
        Assert.Null(await Registry.FindAsync("keys", "b", Token));

        var second = await WriteAsync("keys", "a", "two", first);
        Assert.True(second > first);
        Assert.True(await WriteAsync("keys", "a", "three", null) > second);
        Assert.Equal("three", Text(await Registry.FindAsync("keys", "a", Token)));
    }

    [Fact]
    public async Task Write_WhenRemoved_TellsFollowersAndMakesRoomForTheIdAgain()
    {
        var first = await WriteAsync("keys", "a", "one", 0);
        var removed = await WriteAsync("keys", "a", null, first);
        Assert.True(removed > first);
        Assert.Null(await Registry.FindAsync("keys", "a", Token));
        var told = Assert.Single(await Registry.ReadAsync("keys", first!.Value, 10, Token));
        Assert.Equal(("a", removed), (told.Id, told.Revision));
        Assert.Null(told.Body);
        Assert.Null(await WriteAsync("keys", "a", "two", removed));
        Assert.True(await WriteAsync("keys", "a", "two", 0) > removed);
        Assert.Equal("two", Text(Assert.Single(await Registry.ReadAsync("keys", 0, 10, Token))));
    }

    [Fact]
    public async Task Read_WhenThereAreMore_GivesTheOldestOfOneCollection()
    {
        for (var i = 0; i < 5; i++)
            await WriteAsync(i % 2 == 0 ? "even" : "odd", $"{9 - i}", $"{i}", 0);
        await WriteAsync("even", "9", "again", null);
        Assert.Equal(["even", "odd"], await Registry.ReadCollectionsAsync(Token));
        var first = await Registry.ReadAsync("even", 0, 2, Token);
        Assert.Equal(["7", "5"], first.Select(one => one.Id));
        var rest = await Registry.ReadAsync("even", first[^1].Revision, 2, Token);
        Assert.Equal([("9", "again")], rest.Select(one => (one.Id, Text(one)!)));
        Assert.Equal(["8", "6"], (await Registry.ReadAsync("odd", 0, 10, Token)).Select(one => one.Id));
    }

    [Fact]
    public async Task Write_WhenTheBodyIsEmpty_IsNoRemoval()
    {
        await WriteAsync("keys", "a", "", 0);
        Assert.Equal("", Text(await Registry.FindAsync("keys", "a", Token)));
        Assert.NotNull(Assert.Single(await Registry.ReadAsync("keys", 0, 10, Token)).Body);
    }

    [Fact]
    public async Task Write_WhenManyWriteAtOnce_LetsOneComeBehindAnother()
    {
        await WriteAsync("counters", "a", "0", 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 5; i++)
            {
                RegistryDocument found;
                do
                    found = (await Registry.FindAsync("counters", "a", Token))!;
                while (await WriteAsync("counters", "a", $"{int.Parse(Text(found)!, null) + 1}", found.Revision) is null);
            }
        })));
        Assert.Equal("40", Text(await Registry.FindAsync("counters", "a", Token)));
    }

    [Fact]
    public async Task Read_WhileOthersWrite_MissesNothing()
    {
        const int Writers = 4;
        const int Each = 25;
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
                await WriteAsync("told", $"{writer}-{i}", "x", 0);
        })));
        var seen = new List<string>();
        var last = 0L;
        while (seen.Count < Writers * Each)
        {
            var isOver = writing.IsCompleted;
            var read = await Registry.ReadAsync("told", last, 7, Token);
            seen.AddRange(read.Select(one => one.Id));
            last = read.Count > 0 ? read[^1].Revision : last;
            Assert.False(isOver && read.Count == 0 && seen.Count < Writers * Each, $"{seen.Count} of {Writers * Each} were told of.");
        }

        await writing;
        Assert.Equal(seen.Count, seen.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Write_WhenItIsOutOfBounds_IsRefused()
    {
        foreach (var name in new[] { "", "A", "a b", new string('a', 65) })
            await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(name, "a", "x", 0));
        foreach (var id in new[] { "", "\0", "\ud800", new string('a', 257) })
            await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync("a", id, "x", 0));
        await Assert.ThrowsAsync<ArgumentException>(() => Registry.WriteAsync("a", "a", new byte[RegistryLimits.BodyBytes + 1], 0, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Registry.ReadAsync("a", 0, 0, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Registry.ReadAsync("a", 0, RegistryLimits.Documents + 1, Token));
        Assert.Empty(await Registry.ReadCollectionsAsync(Token));
    }

    [Fact]
    public async Task Open_WhenItWasWrittenBefore_HasAll()
    {
        var written = await WriteAsync("keys", "a", "one", 0);
        if (await OpenAnotherAsync() is not { } other)
            return;
        await using (other)
        {
            Assert.Equal("one", Text(await other.FindAsync("keys", "a", Token)));
            Assert.True(await other.WriteAsync("keys", "b", Bytes("two"), 0, Token) > written);
        }

        Assert.Equal("two", Text(await Registry.FindAsync("keys", "b", Token)));
    }

    protected static string? Text(RegistryDocument? document) =>
        document?.Body is { } body ? Encoding.UTF8.GetString(body.Span) : null;

    protected abstract Task<IRegistry> OpenAsync();

    /// <summary>The same one beside the first; null where only one can be open.</summary>
    protected abstract Task<IRegistry?> OpenAnotherAsync();

    protected virtual ValueTask CleanUpAsync() => ValueTask.CompletedTask;

    private Task<long?> WriteAsync(string collection, string id, string? body, long? expected) =>
        Registry.WriteAsync(collection, id, body is null ? default(ReadOnlyMemory<byte>?) : Bytes(body), expected, Token);

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
