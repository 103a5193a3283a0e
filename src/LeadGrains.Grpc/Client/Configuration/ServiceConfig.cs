namespace Grpc.Net.Client.Configuration;

/// <summary>How a channel's client treats the methods it calls and the addresses it calls them at.</summary>
public sealed class ServiceConfig
{
    /// <summary>How methods are treated. The one that names a method most exactly holds for it.</summary>
    public IList<MethodConfig> MethodConfigs { get; } = [];

    /// <summary>How calls are spread over addresses; the first one that is known holds. None means <c>pick_first</c>.</summary>
    public IList<LoadBalancingConfig> LoadBalancingConfigs { get; } = [];

    /// <summary>Stops retries while too many calls fail; null to stop none.</summary>
    public RetryThrottlingPolicy? RetryThrottling { get; set; }
}

/// <summary>How some methods are treated.</summary>
public sealed class MethodConfig
{
    /// <summary>Which methods.</summary>
    public IList<MethodName> Names { get; } = [];

    /// <summary>When failed calls are made again; null for never.</summary>
    public RetryPolicy? RetryPolicy { get; set; }
}

/// <summary>A method, all methods of a service, or all methods.</summary>
public sealed class MethodName
{
    /// <summary>All methods.</summary>
    public static readonly MethodName Default = new();

    /// <summary>The service with its package, as in <c>package.Service</c>; null for all.</summary>
    public string? Service { get; set; }

    /// <summary>The method's own name; null for all of the service.</summary>
    public string? Method { get; set; }
}

/// <summary>How calls are spread over several addresses.</summary>
/// <param name="loadBalancingPolicyName">The policy's name. This library knows the two constants.</param>
public class LoadBalancingConfig(string loadBalancingPolicyName)
{
    /// <summary>All calls go to the first address that answers, until it does not.</summary>
    public const string PickFirstPolicyName = "pick_first";

    /// <summary>Calls go to the addresses that answer in turn.</summary>
    public const string RoundRobinPolicyName = "round_robin";

    /// <summary>The policy's name.</summary>
    public string PolicyName { get; } = loadBalancingPolicyName;
}

/// <summary>All calls go to the first address that answers, until it does not.</summary>
public sealed class PickFirstConfig() : LoadBalancingConfig(PickFirstPolicyName);

/// <summary>Calls go to the addresses that answer in turn.</summary>
public sealed class RoundRobinConfig() : LoadBalancingConfig(RoundRobinPolicyName);
