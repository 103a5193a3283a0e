using LeadGrains.Grains;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>The only connection that writes, for one piece of work at a time.</summary>
internal sealed class SqliteWriting(SqliteFile file) : IAsyncDisposable
{
    private readonly SemaphoreSlim _alone = new(1, 1);

    public SqliteFile File => file;

    /// <summary>Does all of it or, after an exception, nothing.</summary>
    public Task InTransactionAsync(Action work, CancellationToken cancellationToken) =>
        AloneAsync(() => file.InTransaction(work), cancellationToken);

    /// <summary>The same, and on disk when the task is done.</summary>
    public Task InFlushedTransactionAsync(Action work, CancellationToken cancellationToken) =>
        AloneAsync(() => file.InFlushedTransaction(work), cancellationToken);

    /// <summary>Does it outside of a transaction.</summary>
    public Task WithoutTransactionAsync(Action work, CancellationToken cancellationToken) => AloneAsync(work, cancellationToken);

    /// <summary>Waits for the work under way and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _alone.WaitAsync();
        file.Dispose();
        _alone.Dispose();
    }

    private async Task AloneAsync(Action work, CancellationToken cancellationToken)
    {
        await _alone.WaitAsync(cancellationToken);
        try
        {
            await OwnThread.RunAsync(work, cancellationToken);
        }
        finally
        {
            _alone.Release();
        }
    }
}
