namespace LeadGrains.Testing;

/// <summary>What goes wrong with an in-memory store, all its generations alike, and what it was asked.</summary>
internal sealed class StoreFaults
{
    private long _rowsRead;
    private long _rowsWritten;

    /// <summary>Held while anything stored is looked at or changed.</summary>
    public Lock Gate { get; } = new();

    public TestGate Writes { get; } = new();

    public TestGate Reads { get; } = new();

    /// <summary>The process is dead: nothing is stored any more. Under the gate.</summary>
    public bool IsCrashed { get; set; }

    public long RowsRead => Interlocked.Read(ref _rowsRead);

    public long RowsWritten => Interlocked.Read(ref _rowsWritten);

    public void CountRead(int rows) => Interlocked.Add(ref _rowsRead, rows);

    public void CountWritten(int rows) => Interlocked.Add(ref _rowsWritten, rows);

    // A dead process is never answered.
    public async Task PassWriteAsync(CancellationToken cancellationToken)
    {
        await Writes.PassAsync(cancellationToken);
        bool isCrashed;
        lock (Gate)
            isCrashed = IsCrashed;
        if (isCrashed)
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }
}
