using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Internal;

/// <summary>How a channel calls a method.</summary>
/// <param name="Uri">Where, unless one of several addresses is picked for the call.</param>
/// <param name="Retry">When it is called again; null for never.</param>
internal sealed record MethodPlan(Uri Uri, RetrySettings? Retry);

/// <summary>How a channel calls the methods that it calls.</summary>
internal sealed class MethodPlans
{
    private readonly ConcurrentDictionary<string, MethodPlan> _plans = new(StringComparer.Ordinal);
    private readonly Dictionary<(string? Service, string? Method), RetrySettings?> _retries = [];
    private readonly Uri _address;

    /// <exception cref="InvalidOperationException">The configuration names a method twice, or a policy is not valid.</exception>
    public MethodPlans(Uri address, ServiceConfig? config, int? mostAttempts)
    {
        _address = address;
        foreach (var method in config?.MethodConfigs ?? [])
        {
            var retry = method.RetryPolicy is { } policy ? RetrySettings.Of(policy, mostAttempts) : null;
            foreach (var name in method.Names)
            {
                if (!_retries.TryAdd((NullIfEmpty(name.Service), NullIfEmpty(name.Method)), retry))
                    throw new InvalidOperationException($"The service configuration names '{name.Service}/{name.Method}' twice.");
            }
        }
    }

    public MethodPlan Of(IMethod method) =>
        _plans.TryGetValue(method.FullName, out var plan) ? plan : _plans.GetOrAdd(method.FullName, Make(method));

    private static string? NullIfEmpty(string? name) => string.IsNullOrEmpty(name) ? null : name;

    private MethodPlan Make(IMethod method)
    {
        if (!_retries.TryGetValue((method.ServiceName, method.Name), out var retry)
            && !_retries.TryGetValue((method.ServiceName, null), out retry))
        {
            _retries.TryGetValue((null, null), out retry);
        }

        return new MethodPlan(new Uri(_address, method.FullName), retry);
    }
}
