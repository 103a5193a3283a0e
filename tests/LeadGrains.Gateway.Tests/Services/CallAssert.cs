using Grpc.Core;

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

    /// <summary>INVALID_ARGUMENT, with a message that begins with the field.</summary>
    public static async Task InvalidAsync(string field, Func<Task> call)
    {
        var fault = await FailsAsync(StatusCode.InvalidArgument, call);
        Assert.StartsWith(field + " ", fault.Status.Detail, StringComparison.Ordinal);
    }
}
