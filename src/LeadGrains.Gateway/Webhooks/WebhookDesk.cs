using LeadGrains.Registry.V1;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>
/// Has every active subscription delivered while this node is the one that delivers: follows the registry, where any node
/// and any command changes them.
/// </summary>
internal sealed partial class WebhookDesk(WebhookParts parts, Readiness readiness) : BackgroundService
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BeforeAnotherTry = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, WebhookRecord> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WebhookRun> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _endedAt = new(StringComparer.Ordinal);
    private long _revision;
    private long? _deliversSince;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, readiness.Draining);
        while (!ended.IsCancellationRequested)
        {
            await LookAsync(ended.Token);
            await Task.Delay(BetweenLooks, parts.Clock, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await StopAllAsync();
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        if (readiness.Phase != ServingPhase.Serving || !parts.Settings.Delivers())
        {
            // Another node may have changed what is known here by the time that it comes back.
            await StopAllAsync();
            _deliversSince = null;
            return;
        }

        _deliversSince ??= parts.Clock.GetTimestamp();
        if (parts.Settings.MayFollowAnother && parts.Clock.GetElapsedTime(_deliversSince.Value) < parts.Settings.Timeout + BetweenLooks)
        {
            // A post of the node that delivered before may be on its way for so long, and would come after a newer one.
            return;
        }

        try
        {
            foreach (var record in await parts.Records.ReadAsync(_revision, cancellationToken))
            {
                _records[record.Id] = record;
                _revision = Math.Max(_revision, record.Revision);
            }
        }
        catch (Exception failure)
        {
            if (failure is not OperationCanceledException)
                LogUnread(parts.Log, failure.Message);
            return;
        }

        // All that have to end are told so first: the posts of each may take a while, and nobody's should wait for another's.
        foreach (var (id, run) in _runs)
        {
            if (_records.TryGetValue(id, out var record) && !IsBy(run, record))
                run.Stop();
        }

        foreach (var record in _records.Values.ToList())
            await FollowAsync(record);
    }

    private static bool IsBy(WebhookRun run, WebhookRecord record) =>
        record.Webhook is { State: StoredWebhookState.Active } && run.Revision == record.Revision;

    private async Task FollowAsync(WebhookRecord record)
    {
        var isWanted = record.Webhook is { State: StoredWebhookState.Active };
        if (_runs.TryGetValue(record.Id, out var run))
        {
            if (IsBy(run, record) && !run.Ended.IsCompleted)
                return;
            if (run.Revision == record.Revision)
                _endedAt[record.Id] = parts.Clock.GetTimestamp();
            await EndAsync(record.Id, run);
        }

        if (record.Webhook is null)
            _records.Remove(record.Id);
        if (!isWanted || (_endedAt.TryGetValue(record.Id, out var at) && parts.Clock.GetElapsedTime(at) < BeforeAnotherTry))
            return;
        _endedAt.Remove(record.Id);
        var next = new WebhookRun(parts, record);
        _runs[record.Id] = next;
        next.Start();
    }

    private async Task StopAllAsync()
    {
        foreach (var run in _runs.Values)
            run.Stop();
        foreach (var (id, run) in _runs.ToList())
            await EndAsync(id, run);
        _records.Clear();
        _endedAt.Clear();
        _revision = 0;
    }

    private async Task EndAsync(string id, WebhookRun run)
    {
        run.Stop();
        await run.Ended;
        _runs.Remove(id);
        run.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhooks could not be read: {Reason}")]
    private static partial void LogUnread(ILogger log, string reason);
}
