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

    /// <summary>Publishes models and tries them.</summary>
    public required ModelDesk Models { get; init; }

    /// <summary>Whether calls are taken.</summary>
    public required Readiness Readiness { get; init; }

    /// <summary>For deadlines and for how long a request takes.</summary>
    public required TimeProvider Clock { get; init; }
}
