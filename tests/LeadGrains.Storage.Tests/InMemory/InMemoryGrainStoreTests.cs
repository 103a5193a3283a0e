using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Tests.Contract;
using LeadGrains.Storage.Tests.Support;
using LeadGrains.Testing;

namespace LeadGrains.Storage.Tests.InMemory;

/// <summary>The grain store in memory keeps every promise of a grain store, and its faults do what they say.</summary>
public sealed class InMemoryGrainStoreTests : GrainStoreContract
{
    private InMemoryGrainStore? _last;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Crash_WhenWritesAreLost_LosesTheLatestOnes()
    {
        var store = new InMemoryGrainStore(PartitionCount);
        await store.Active.WriteAsync(Row("a", version: 1));
        await store.Active.WriteAsync(Row("a", version: 2));
        await store.Active.SaveCheckpointAsync(0, 1, 2, Token);

        var next = store.Crash(lostWrites: 2);
        Assert.Equal(1, (await next.Active.ReadAsync(Row("a").Key))!.Version);
        Assert.Equal(0, (await next.Active.ReadCheckpointsAsync(Token))[0]);
        Assert.Equal(2, (await store.Crash().Active.ReadAsync(Row("a").Key))!.Version);
    }

    [Fact]
    public async Task HoldWrites_WhenCrashed_NeverWrites()
    {
        var store = new InMemoryGrainStore(PartitionCount);
        store.HoldWrites();
        var writing = store.Active.WriteAsync(Row("a"));
        Assert.Equal(1, store.WaitingWrites);
        var next = store.Crash();
        store.ReleaseWrites();
        await Task.Yield();
        Assert.False(writing.IsCompleted);
        Assert.Null(await next.Active.ReadAsync(Row("a").Key));
    }

    [Fact]
    public async Task HoldReads_WhenReleased_Answers()
    {
        var store = new InMemoryGrainStore(PartitionCount);
        await store.Active.WriteAsync(Row("a"));
        store.HoldReads();
        var reading = store.Active.ReadAsync(Row("a").Key);
        Assert.False(reading.IsCompleted);
        store.ReleaseReads();
        Assert.NotNull(await reading);
        Assert.Equal(1, store.RowsRead);
    }

    [Fact]
    public async Task FailWrite_WhenReached_FailsThatOneOnly()
    {
        var store = new InMemoryGrainStore(PartitionCount);
        store.FailWrite(2, new IOException("full"));
        await store.Active.WriteAsync(Row("a"));
        await Assert.ThrowsAsync<IOException>(() => store.Active.WriteAsync(Row("b")));
        Assert.Null(await store.Active.ReadAsync(Row("b").Key));
        await store.Active.WriteAsync(Row("b"));
        Assert.Equal(2, store.RowsWritten);
    }

    protected override ValueTask<IGrainStore> OpenAsync()
    {
        _last = _last?.Crash() ?? new InMemoryGrainStore(PartitionCount);
        return ValueTask.FromResult<IGrainStore>(_last);
    }
}
