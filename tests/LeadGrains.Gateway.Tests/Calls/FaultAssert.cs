using System.Globalization;
using Google.Rpc;
using Grpc.Core;

namespace LeadGrains.Gateway.Tests.Calls;

/// <summary>What the details of a fault say. Each check also holds the details against the call's own status.</summary>
internal static class FaultAssert
{
    private const string Pushback = "grpc-retry-pushback-ms";

    public static void Because(string reason, RpcException fault, params (string Key, string Value)[] metadata)
    {
        var info = Detail<ErrorInfo>(fault);
        Assert.NotNull(info);
        Assert.Equal((reason, "leadgrains"), (info.Reason, info.Domain));
        Assert.Equal(metadata.ToDictionary(entry => entry.Key, entry => entry.Value), info.Metadata);
    }

    public static void Violates(RpcException fault, params (string Field, string Description)[] violations) =>
        Assert.Equal(violations, Detail<BadRequest>(fault)!.FieldViolations.Select(violation => (violation.Field, violation.Description)));

    public static void Retry(RpcException fault, TimeSpan wait)
    {
        Assert.Equal(wait, Detail<RetryInfo>(fault)!.RetryDelay.ToTimeSpan());
        Assert.Equal(wait.TotalMilliseconds.ToString(CultureInfo.InvariantCulture), fault.Trailers.GetValue(Pushback));
    }

    public static void NoRetry(RpcException fault)
    {
        Assert.Null(Detail<RetryInfo>(fault));
        Assert.Null(fault.Trailers.Get(Pushback));
    }

    private static T? Detail<T>(RpcException fault)
        where T : class, Google.Protobuf.IMessage<T>, new()
    {
        var status = fault.GetRpcStatus();
        Assert.NotNull(status);
        Assert.Equal((fault.Status.StatusCode, fault.Status.Detail), ((StatusCode)status.Code, status.Message));
        return status.GetDetail<T>();
    }
}
