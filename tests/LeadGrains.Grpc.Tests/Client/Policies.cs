using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace LeadGrains.Grpc.Tests.Client;

/// <summary>Retry policies of tests: for every method, after UNAVAILABLE and RESOURCE_EXHAUSTED.</summary>
internal static class Policies
{
    public static ServiceConfig Of(int attempts, TimeSpan? initial = null, TimeSpan? most = null) => new()
    {
        MethodConfigs = { new MethodConfig { Names = { MethodName.Default }, RetryPolicy = Policy(attempts, initial, most) } },
    };

    public static RetryPolicy Policy(int attempts, TimeSpan? initial = null, TimeSpan? most = null) => new()
    {
        MaxAttempts = attempts,
        InitialBackoff = initial ?? TimeSpan.FromMilliseconds(1),
        MaxBackoff = most ?? TimeSpan.FromMilliseconds(5),
        BackoffMultiplier = 2,
        RetryableStatusCodes = { StatusCode.Unavailable, StatusCode.ResourceExhausted },
    };
}
