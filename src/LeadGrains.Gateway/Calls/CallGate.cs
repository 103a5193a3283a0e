using Grpc.AspNetCore.Server;
using Grpc.Core;
using LeadGrains.Grains;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LeadGrains.Gateway.Calls;

/// <summary>
/// What every call passes through, once for all services: refused while the node is not serving, given its
/// workspace, measured, and its exceptions turned into a status.
/// </summary>
internal sealed partial class CallGate(Readiness readiness, GatewayMeters meters, TimeProvider clock, ILogger<CallGate> log)
{
    /// <summary>Answers a unary call.</summary>
    public async Task<TResponse> AnswerAsync<TResponse>(ServerCallContext context, Func<CallScope, Task<TResponse>> answer)
    {
        var (began, method) = (clock.GetTimestamp(), MethodOf(context));
        var status = StatusCode.OK;
        try
        {
            return await answer(Enter(context, method));
        }
        catch (Exception thrown)
        {
            var fault = FaultOf(thrown, context, method);
            status = fault.StatusCode;
            throw fault;
        }
        finally
        {
            meters.Answered(method, status, clock.GetElapsedTime(began));
        }
    }

    /// <summary>Answers a unary call by what is read here, which must be of the present still when it has been read.</summary>
    public Task<TResponse> ReadAsync<TResponse>(ServerCallContext context, Func<CallScope, Task<TResponse>> answer) =>
        AnswerAsync(context, async call =>
        {
            TResponse response;
            try
            {
                response = await answer(call);
            }
            catch (RpcException) when (!readiness.IsCurrent())
            {
                // What is not known here may be known where it is served by now.
                throw OfThePast();
            }

            return readiness.IsCurrent() ? response : throw OfThePast();
        });

    /// <summary>Serves a stream to its end. What it answers underway it measures itself.</summary>
    public async Task ServeAsync(ServerCallContext context, Func<CallScope, Task> serve)
    {
        var method = MethodOf(context);
        meters.StreamOpened(method);
        try
        {
            await serve(Enter(context, method));
        }
        catch (Exception thrown)
        {
            throw FaultOf(thrown, context, method);
        }
        finally
        {
            meters.StreamClosed(method);
        }
    }

    private static PartitionUnavailableException OfThePast() =>
        new("The database has not been heard of for a while: what is known here may be of the past.");

    // Until keys exist there is one workspace; they will choose it here.
    private static string WorkspaceOf(ServerCallContext _) => Workspaces.Default;

    // Paths match in any letter case, and a caller's spelling must not make a row of figures of its own.
    private static string MethodOf(ServerCallContext context) =>
        context.GetHttpContext().GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName ?? context.Method;

    private CallScope Enter(ServerCallContext context, string method) => readiness.Phase == ServingPhase.Serving
        ? new CallScope(WorkspaceOf(context), method, context.CancellationToken)
        : throw Faults.NotServing(readiness.Phase);

    private RpcException FaultOf(Exception thrown, ServerCallContext context, string method)
    {
        // What is cancelled while the caller still waits was cancelled by the shutdown.
        if (thrown is OperationCanceledException && !context.CancellationToken.IsCancellationRequested && readiness.Phase == ServingPhase.Draining)
            return Faults.NotServing(ServingPhase.Draining);
        var fault = Faults.Of(thrown, context, clock);
        if (fault.StatusCode == StatusCode.Internal)
            LogFailure(thrown, method);
        return fault;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed")]
    private partial void LogFailure(Exception failure, string method);
}
