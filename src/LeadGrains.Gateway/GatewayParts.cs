using LeadGrains.Gateway.Webhooks;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Gateway;

/// <summary>What the gateway stands on. The caller keeps the ownership of all of it.</summary>
public sealed record GatewayParts
{
    /// <summary>The way to the grains.</summary>
    public required GrainClient Grains { get; init; }

    /// <summary>Where the models are.</summary>
    public required IGrainStore Store { get; init; }

    /// <summary>Where keys are, and what else operators set up.</summary>
    public required IRegistry Registry { get; init; }

    /// <summary>How webhooks are delivered.</summary>
    public required WebhookSettings Webhooks { get; init; }

    /// <summary>Publishes models and tries them.</summary>
    public required ModelDesk Models { get; init; }

    /// <summary>Whether calls are taken.</summary>
    public required Readiness Readiness { get; init; }

    /// <summary>How long requests wait for grains beyond what is usual.</summary>
    public Func<TimeSpan> QueueDelay { get; init; } = static () => TimeSpan.Zero;

    /// <summary>How many servers share the work, this one counted: each lets its part of what a key may through.</summary>
    public Func<int> NodesAlive { get; init; } = static () => 1;

    /// <summary>For deadlines and for how long a request takes.</summary>
    public required TimeProvider Clock { get; init; }
}
