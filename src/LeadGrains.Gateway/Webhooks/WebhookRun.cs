using LeadGrains.Grains.Watching;
using LeadGrains.Registry.V1;
using Microsoft.Extensions.Logging;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>
/// Delivers one subscription, from its cursor on, until it is told to stop or has to. Reads no further than its window, so
/// that a receiver that is slow, or away, costs neither memory nor another one's time.
/// </summary>
internal sealed partial class WebhookRun(WebhookParts parts, WebhookRecord record) : IDisposable
{
    private const string Gap =
        "The place that deliveries had come to is beyond the end of the journal, as after a backup was restored, or cannot be read. Changes from here on are delivered; any that the journal has lost are not.";

    private static readonly TimeSpan BetweenWrites = TimeSpan.FromSeconds(1);

    private readonly StoredWebhook _webhook = record.Webhook!;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>The state of the subscription that this delivers by.</summary>
    public long Revision => record.Revision;

    /// <summary>Completes once nothing more is delivered, and what was is noted. Never fails.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    public void Start() => Ended = Task.Run(RunAsync);

    /// <summary>Begins nothing new.</summary>
    public void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync()
    {
        try
        {
            var (progress, revision) = await parts.Records.FindProgressAsync(record.Id, _stop.Token);
            await DeliverAsync(progress, revision);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // It was told to stop.
        }
        catch (Exception failure)
        {
            // Whoever started this begins again.
            LogFailed(parts.Log, record.Id, failure.Message);
        }
    }

    private async Task DeliverAsync(StoredProgress progress, long revision)
    {
        try
        {
            var log = new DeliveryLog(progress);
            using var window = new DeliveryWindow(progress.ResumeToken);
            using var deliveries = new WebhookDeliveries(parts, _webhook, log, window, _stop);
            var ended = new TaskCompletionSource();
            var writing = WriteAsync(window, log, revision, ended.Task);
            try
            {
                await ReadAsync(window, deliveries);
            }
            finally
            {
                await _stop.CancelAsync();
                await deliveries.EndAsync();
                ended.SetResult();
                await writing;
            }

            if (deliveries.Ending is { } ending)
                await PauseAsync(ending);
        }
        catch (ResumeTokenException)
        {
            await PassGapAsync(progress, revision);
        }
    }

    // The journal ends before what was delivered from it: it is that of a backup, or the place was damaged. Waiting would not
    // bring back what is gone, and all that comes from here on can be told. The new state begins another run, from there.
    private async Task PassGapAsync(StoredProgress progress, long revision)
    {
        var webhook = _webhook.Clone();
        StoredWebhooks.Move(webhook, StoredWebhookState.Active, Gap, parts.Now());
        if (await parts.Records.WriteAsync(record.Id, webhook, record.Revision, CancellationToken.None) is null)
            return;
        var passed = new StoredProgress(progress) { ResumeToken = await parts.Grains.TokenWithinAsync(progress.ResumeToken, CancellationToken.None) };
        passed.Recent.Add(DeliveryLog.Row(change: "", attempts: 0, new WebhookOutcome(0, TimeSpan.Zero, Gap), parts.Now()));
        if (passed.Recent.Count > WebhookLimits.Recent)
            passed.Recent.RemoveAt(0);
        await parts.Records.WriteProgressAsync(record.Id, passed, revision, CancellationToken.None);
        LogGap(parts.Log, record.Id, Gap);
    }

    private async Task ReadAsync(DeliveryWindow window, WebhookDeliveries deliveries)
    {
        try
        {
            var filter = StoredWebhooks.FilterOf(_webhook);
            await foreach (var notice in parts.Grains.FollowChangesAsync(_webhook.Workspace, filter, window.Cursor, _stop.Token))
            {
                if (notice.Change is { } change)
                    deliveries.Add(change, await window.TakeAsync(notice.ResumeToken, _stop.Token));
                else
                    window.Pass(notice.ResumeToken);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // What has been read is finished, or read again by the next run.
        }
    }

    private async Task PauseAsync(WebhookEnding ending)
    {
        var webhook = _webhook.Clone();
        StoredWebhooks.Move(webhook, ending.State, ending.Reason, parts.Now());
        if (await parts.Records.WriteAsync(record.Id, webhook, record.Revision, CancellationToken.None) is null)
            return;
        parts.Meters.Paused();
        LogPaused(parts.Log, record.Id, ending.Reason);
    }

    // Until the end has come, and what was delivered by then is written.
    private async Task WriteAsync(DeliveryWindow window, DeliveryLog log, long revision, Task ended)
    {
        var (cursor, version) = (window.Cursor, log.Version);
        for (var isLast = false; !isLast;)
        {
            await Task.WhenAny(ended, Task.Delay(BetweenWrites, parts.Clock));
            isLast = ended.IsCompleted;
            var (newCursor, newVersion) = (window.Cursor, log.Version);
            if ((newCursor, newVersion) == (cursor, version))
                continue;
            try
            {
                if (await parts.Records.WriteProgressAsync(record.Id, log.Write(newCursor), revision, CancellationToken.None) is not { } written)
                {
                    LogElsewhere(parts.Log, record.Id);
                    await _stop.CancelAsync();
                    return;
                }

                (cursor, version, revision) = (newCursor, newVersion, written);
            }
            catch (Exception failure)
            {
                // What was delivered since may come twice; the next look tries again.
                LogFailed(parts.Log, record.Id, failure.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {Webhook} is paused: {Reason} `leadgrains webhooks resume` goes on where it stopped")]
    private static partial void LogPaused(ILogger log, string webhook, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {Webhook} goes on after a gap: {Reason}")]
    private static partial void LogGap(ILogger log, string webhook, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Webhook {Webhook} is delivered by another node, or was deleted")]
    private static partial void LogElsewhere(ILogger log, string webhook);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {Webhook} could not read or write the store: {Reason}")]
    private static partial void LogFailed(ILogger log, string webhook, string reason);
}
