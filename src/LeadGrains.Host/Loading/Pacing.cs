namespace LeadGrains.Host.Loading;

/// <summary>
/// When each batch of a stream is to be sent. At a given rate the instants are fixed before the run, so a slow answer
/// delays no later batch's clock; without a rate a batch is due when the one before it has gone.
/// </summary>
/// <param name="clock">The time.</param>
/// <param name="startedAt">Timestamp of the start.</param>
/// <param name="interval">Between batches of the stream; null for as fast as it goes.</param>
/// <param name="offset">Of the stream's first batch, so that streams take turns.</param>
internal sealed class Pacing(TimeProvider clock, long startedAt, TimeSpan? interval, TimeSpan offset)
{
    /// <summary>Waits until a batch is due.</summary>
    /// <returns>The timestamp at which it was due.</returns>
    public async ValueTask<long> WaitAsync(long batch, CancellationToken cancellationToken)
    {
        if (interval is not { } apart)
        {
            return clock.GetTimestamp();
        }

        var due = startedAt + (long)((offset + (apart * batch)).TotalSeconds * clock.TimestampFrequency);
        for (var ahead = Ahead(due); ahead > TimeSpan.Zero; ahead = Ahead(due))
        {
            await Task.Delay(ahead < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : ahead, clock, cancellationToken);
        }

        return due;
    }

    private TimeSpan Ahead(long due)
    {
        var now = clock.GetTimestamp();
        return due > now ? clock.GetElapsedTime(now, due) : TimeSpan.Zero;
    }
}
