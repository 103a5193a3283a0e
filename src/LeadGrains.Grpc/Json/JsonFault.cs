using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Grpc.AspNetCore.Json;

/// <summary>What is wrong with a field of a request.</summary>
/// <param name="Field">Its path, such as <c>signals[0].type</c>; empty for the body as a whole.</param>
/// <param name="Description">For people, with line and column where it is in a body.</param>
internal sealed record JsonFault(string Field, string Description)
{
    /// <summary>INVALID_ARGUMENT with all faults as field violations.</summary>
    public static RpcException ToException(IReadOnlyList<JsonFault> faults)
    {
        var request = new BadRequest();
        request.FieldViolations.AddRange(faults.Select(fault => new BadRequest.Types.FieldViolation { Field = fault.Field, Description = fault.Description }));
        var status = new Google.Rpc.Status { Code = (int)StatusCode.InvalidArgument, Message = faults[0].Description, Details = { Any.Pack(request) } };
        return status.ToRpcException();
    }
}

/// <summary>One or more fields of the request are wrong.</summary>
internal sealed class JsonFaultException(params JsonFault[] faults) : Exception(faults[0].Description)
{
    public IReadOnlyList<JsonFault> Faults { get; } = faults;
}

/// <summary>The request is refused for what HTTP has a status of its own for.</summary>
/// <param name="httpStatus">Such as 415.</param>
/// <param name="code">The nearest of gRPC.</param>
/// <param name="message">For people.</param>
internal sealed class HttpRefusalException(int httpStatus, StatusCode code, string message) : Exception(message)
{
    public int HttpStatus => httpStatus;

    public StatusCode Code => code;

    /// <summary>A response header that belongs to the refusal, such as Allow; null for none.</summary>
    public (string Name, string Value)? Header { get; init; }
}
