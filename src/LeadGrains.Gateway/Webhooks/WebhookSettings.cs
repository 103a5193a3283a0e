using System.Net;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>How webhooks are delivered.</summary>
public sealed record WebhookSettings
{
    /// <summary>Networks that may be posted to although they are not public, and without TLS.</summary>
    public IReadOnlyList<IPNetwork> Allowed { get; init; } = [];

    /// <summary>How long after the first failure a delivery is tried again; each further wait is four times as long...</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>... up to this one.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromHours(10);

    /// <summary>A subscription that has failed for so long is paused.</summary>
    public TimeSpan PauseAfter { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How long a receiver has for its answer, from the connection on.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether this node delivers: in a cluster one does. Asked before each post; never true while another node's is.</summary>
    public Func<bool> Delivers { get; init; } = static () => true;

    /// <summary>Whether another process may have delivered until just now, as over a database: whoever begins then waits for its last posts.</summary>
    public bool MayFollowAnother { get; init; }

    /// <summary>Gives so many bytes that nobody can foretell: for secrets, and to spread retries.</summary>
    public required Func<int, byte[]> Chance { get; init; }
}
