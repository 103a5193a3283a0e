namespace LeadGrains.Gateway.Webhooks;

/// <summary>
/// How long a delivery waits before it is tried again: four times as long after each failure, a tenth more or less at
/// random, and never less than the receiver asks for. Where another one gets through meanwhile, a minute is the longest.
/// </summary>
internal sealed class RetryWait(WebhookSettings settings, TimeProvider clock)
{
    private const double Factor = 4;
    private const double Spread = 0.1;

    private static readonly TimeSpan WhereOthersGetThrough = TimeSpan.FromMinutes(1);

    private volatile TaskCompletionSource _through = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A delivery got through: the receiver is there.</summary>
    public void GotThrough()
    {
        var waited = _through;
        _through = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waited.TrySetResult();
    }

    /// <summary>Waits after so many failures.</summary>
    public async Task WaitAsync(uint failures, TimeSpan asked, CancellationToken cancellationToken)
    {
        var through = _through.Task;
        var whole = Of(failures, BitConverter.ToUInt16(settings.Chance(sizeof(ushort))) / (double)ushort.MaxValue);
        whole = whole > asked ? whole : asked;
        var least = asked > WhereOthersGetThrough ? asked : whole < WhereOthersGetThrough ? whole : WhereOthersGetThrough;
        await Task.Delay(least, clock, cancellationToken);
        if (whole == least)
            return;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(through, Task.Delay(whole - least, clock, ended.Token));
        await ended.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <param name="failures">From 1.</param>
    /// <param name="chance">0 to 1.</param>
    public TimeSpan Of(uint failures, double chance)
    {
        var seconds = settings.FirstRetry.TotalSeconds * Math.Pow(Factor, Math.Min(failures, 32) - 1);
        seconds = Math.Min(seconds, settings.LongestRetry.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (1 - Spread + (2 * Spread * chance)));
    }
}
