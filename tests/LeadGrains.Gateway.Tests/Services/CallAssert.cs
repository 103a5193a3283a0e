using Grpc.Core;
using LeadGrains.Gateway.Tests.Calls;

namespace LeadGrains.Gateway.Tests.Services;

/// <summary>How a call that must fail failed.</summary>
internal static class CallAssert
{
    public static async Task<RpcException> FailsAsync(StatusCode code, Func<Task> call)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(code, fault.StatusCode);
        return fault;
    }

    /// <summary>INVALID_ARGUMENT for one field, with a message that begins with its name.</summary>
    public static async Task InvalidAsync(string field, Func<Task> call)
    {
        var fault = await FailsAsync(StatusCode.InvalidArgument, call);
        Assert.StartsWith(field + " ", fault.Status.Detail, StringComparison.Ordinal);
        FaultAssert.Because("FIELD_INVALID", fault);
        FaultAssert.Violates(fault, (field, fault.Status.Detail));
    }
}
