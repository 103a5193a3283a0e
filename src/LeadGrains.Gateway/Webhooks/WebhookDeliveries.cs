using LeadGrains.Grains;
using LeadGrains.Grains.Watching;
using LeadGrains.Registry.V1;
using LeadGrains.Scoring;
using Microsoft.Extensions.Logging;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>
/// Posts the changes of one subscription until each is acknowledged: those of one contact or account one after the other,
/// those of others beside them. Finds out when it should be paused.
/// </summary>
internal sealed partial class WebhookDeliveries : IDisposable
{
    private static readonly TimeSpan LastPosts = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly WebhookParts _parts;
    private readonly StoredWebhook _webhook;
    private readonly DeliveryLog _log;
    private readonly DeliveryWindow _window;
    private readonly CancellationTokenSource _stop;
    private readonly Uri _url;
    private readonly RetryWait _wait;
    private readonly GrainLanes _lanes;
    private readonly SemaphoreSlim _posts = new(WebhookLimits.AtOnce);
    private readonly CancellationTokenSource _cut;
    private volatile WebhookEnding? _ending;

    /// <param name="parts">What it stands on.</param>
    /// <param name="webhook">The subscription.</param>
    /// <param name="log">Told of every attempt.</param>
    /// <param name="window">Told what is done.</param>
    /// <param name="stop">Cancelled when nothing new begins; this cancels it where the subscription should be paused.</param>
    public WebhookDeliveries(WebhookParts parts, StoredWebhook webhook, DeliveryLog log, DeliveryWindow window, CancellationTokenSource stop)
    {
        (_parts, _webhook, _log, _window, _stop) = (parts, webhook, log, window, stop);
        _url = new Uri(webhook.Url);
        _wait = new RetryWait(parts.Settings, parts.Clock);
        _lanes = new GrainLanes(DeliverAllAsync);
        _cut = new CancellationTokenSource(Timeout.InfiniteTimeSpan, parts.Clock);
    }

    /// <summary>Why it should be paused; null where it should not.</summary>
    public WebhookEnding? Ending => _ending;

    public void Add(GrainChange change, DeliveryWindow.Place place) => _lanes.Add(new WaitingChange(change, place, _parts.Now()));

    /// <summary>Posts that have begun may end, so that fewer come twice.</summary>
    public async Task EndAsync()
    {
        _cut.CancelAfter(LastPosts);
        _lanes.Close();
        await _lanes.Ended;
    }

    public void Dispose()
    {
        _posts.Dispose();
        _cut.Dispose();
    }

    private async Task DeliverAllAsync((GrainKind Kind, string Id) lane)
    {
        try
        {
            while (_lanes.TryPeek(lane, out var waiting) && await DeliverAsync(waiting))
            {
                _window.Done(waiting.Place);
                _lanes.Take(lane);
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // It is read again by whoever delivers next.
        }
    }

    // False where the subscription ends.
    private async Task<bool> DeliverAsync(WaitingChange waiting)
    {
        var began = _parts.Now();
        for (uint attempts = 1; await TryAsync(waiting) is { } outcome; attempts++)
        {
            var failingSince = _log.Note(waiting.Change.Name, attempts, outcome, _parts.Now());
            if (outcome.IsDelivered)
            {
                _wait.GotThrough();
                return true;
            }

            if (EndingOf(outcome, failingSince, began, waiting.Change) is { } ending)
            {
                _ending = ending;
                await _stop.CancelAsync();
                return false;
            }

            await _wait.WaitAsync(attempts, outcome.AskedWait, _stop.Token);
        }

        return true;
    }

    // Null where nobody is to be told any more. What the store does not give now is tried again like what a receiver does not
    // take: a lane that ended by it would hold up its contact or account, and in the end the subscription, without a word.
    private async Task<WebhookOutcome?> TryAsync(WaitingChange waiting)
    {
        try
        {
            return await IsErasedAsync(waiting) ? null : await PostAsync(waiting.Change);
        }
        catch (Exception failure) when (!_stop.IsCancellationRequested)
        {
            LogUntold(_parts.Log, waiting.Change.Name, failure.Message);
            return new WebhookOutcome(0, TimeSpan.Zero, "the change could not be read from the store");
        }
    }

    // Who has been erased while this waited is told of no more.
    private async ValueTask<bool> IsErasedAsync(WaitingChange waiting)
    {
        var change = waiting.Change;
        return _parts.Now() - waiting.ReadAt > Fresh
            && await Task.Run(() => _parts.Grains.FindChange(change.Workspace, new ChangeName(change.Partition, change.Sequence)) is null);
    }

    private async Task<WebhookOutcome> PostAsync(GrainChange change)
    {
        await _posts.WaitAsync(_stop.Token);
        try
        {
            var body = await _parts.Body.WriteAsync(change, _stop.Token);
            if (!_parts.Settings.Delivers())
            {
                // Another node delivers by now, or may.
                await _stop.CancelAsync();
                _stop.Token.ThrowIfCancellationRequested();
            }

            var message = new WebhookMessage(_url, change.Name, body, StoredWebhooks.SecretsOf(_webhook, _parts.Now()));
            var outcome = await _parts.Post.SendAsync(message, _cut.Token);
            _parts.Meters.Attempted(outcome);
            return outcome;
        }
        finally
        {
            _posts.Release();
        }
    }

    // Also where it is one change alone that fails: it would hold up all that come later.
    private WebhookEnding? EndingOf(WebhookOutcome outcome, Instant? failingSince, Instant began, GrainChange change)
    {
        var now = _parts.Now();
        if (outcome.IsGone)
            return new WebhookEnding(StoredWebhookState.Gone, "The receiver answered 410: it wants no more.");
        var lastly = outcome.Status > 0 ? FormattableString.Invariant($"status {outcome.Status}, {outcome.Error}") : outcome.Error;

        // Somebody who resumed it gave it all the time again.
        if (failingSince is { } since && now - Instant.Later(since, new Instant(_webhook.StateAtTicks)) >= _parts.Settings.PauseAfter)
            return new WebhookEnding(StoredWebhookState.Paused, $"Every delivery has failed since {since.ToRfc3339()}, lastly: {lastly}.");
        return now - began >= _parts.Settings.PauseAfter
            ? new WebhookEnding(StoredWebhookState.Paused, $"The delivery of {change.Name} has failed since {began.ToRfc3339()}, lastly: {lastly}.")
            : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Change {Change} could not be read for a webhook, and is tried again: {Reason}")]
    private static partial void LogUntold(ILogger log, string change, string reason);
}

/// <summary>What becomes of a subscription that keeps failing.</summary>
/// <param name="State">Paused or gone.</param>
/// <param name="Reason">For people.</param>
internal sealed record WebhookEnding(StoredWebhookState State, string Reason);
