using LeadGrains.Registry.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>The latest deliveries of one subscription, and since when all fail. Names changes, and nobody. For many threads.</summary>
internal sealed class DeliveryLog
{
    private readonly Lock _gate = new();
    private readonly LinkedList<StoredDelivery> _recent;
    private readonly Dictionary<string, LinkedListNode<StoredDelivery>> _byChange = new(StringComparer.Ordinal);
    private long _failingSince;
    private long _version;

    public DeliveryLog(StoredProgress progress)
    {
        _failingSince = progress.FailingSinceTicks;
        _recent = new LinkedList<StoredDelivery>(progress.Recent);
        for (var node = _recent.First; node is not null; node = node.Next)
            _byChange[node.Value.ChangeId] = node;
    }

    /// <summary>Rises with everything that is noted.</summary>
    public long Version
    {
        get
        {
            lock (_gate)
                return _version;
        }
    }

    /// <summary>Notes an attempt, and gives since when all have failed; null where this one did not.</summary>
    public Instant? Note(string change, uint attempts, WebhookOutcome outcome, Instant now)
    {
        var delivery = Row(change, attempts, outcome, now);
        lock (_gate)
        {
            _version++;
            if (_byChange.Remove(change, out var before))
                _recent.Remove(before);
            _byChange[change] = _recent.AddLast(delivery);
            if (_recent.Count > WebhookLimits.Recent)
            {
                _byChange.Remove(_recent.First!.Value.ChangeId);
                _recent.RemoveFirst();
            }

            _failingSince = outcome.IsDelivered ? 0 : _failingSince == 0 ? now.Ticks : _failingSince;
            return outcome.IsDelivered ? null : new Instant(_failingSince);
        }
    }

    /// <summary>What is stored of it.</summary>
    public StoredProgress Write(string cursor)
    {
        lock (_gate)
            return new StoredProgress { ResumeToken = cursor, FailingSinceTicks = _failingSince, Recent = { _recent } };
    }

    /// <summary>One attempt as it is told.</summary>
    public static StoredDelivery Row(string change, uint attempts, WebhookOutcome outcome, Instant now) => new()
    {
        ChangeId = change,
        Attempts = attempts,
        LastAttemptAtTicks = now.Ticks,
        Delivered = outcome.IsDelivered,
        Status = (uint)outcome.Status,
        LatencyMilliseconds = (uint)outcome.Latency.TotalMilliseconds,
        Error = outcome.Error,
    };
}
