namespace LeadGrains.Grains;

/// <summary>How long a caller waits for partitions that are on their way to another owner.</summary>
internal sealed class Patience(TimeProvider clock)
{
    /// <summary>In all.</summary>
    public static readonly TimeSpan AtMost = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(200);

    private readonly long _began = clock.GetTimestamp();
    private TimeSpan _wait = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits before the next try, each time a little longer.</summary>
    /// <exception cref="PartitionUnavailableException">It has been waited long enough.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (clock.GetElapsedTime(_began) > AtMost)
            throw new PartitionUnavailableException("A partition has been without an owner for too long. Sending all again is safe.");
        await Task.Delay(_wait, clock, cancellationToken).ConfigureAwait(false);
        _wait = _wait * 2 < LongestWait ? _wait * 2 : LongestWait;
    }
}
