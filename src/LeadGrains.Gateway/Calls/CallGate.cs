using Grpc.Core;
using LeadGrains.Grains;
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
        var began = clock.GetTimestamp();
        var status = StatusCode.OK;
        try
        {
            return await answer(Enter(context));
        }
        catch (Exception thrown)
        {
            var fault = FaultOf(thrown, context);
            status = fault.StatusCode;
            throw fault;
        }
        finally
        {
            meters.Answered(context.Method, status, clock.GetElapsedTime(began));
        }
    }

    /// <summary>Serves a stream to its end. What it answers underway it measures itself.</summary>
    public async Task ServeAsync(ServerCallContext context, Func<CallScope, Task> serve)
    {
        meters.StreamOpened(context.Method);
        try
        {
            await serve(Enter(context));
        }
        catch (Exception thrown)
        {
            throw FaultOf(thrown, context);
        }
        finally
        {
            meters.StreamClosed(context.Method);
        }
    }

    // Until keys exist there is one workspace; they will choose it here.
    private static string WorkspaceOf(ServerCallContext _) => Workspaces.Default;

    private CallScope Enter(ServerCallContext context) => readiness.Phase == ServingPhase.Serving
        ? new CallScope(WorkspaceOf(context), context.CancellationToken)
        : throw Faults.NotServing(readiness.Phase);

    private RpcException FaultOf(Exception thrown, ServerCallContext context)
    {
        // What is cancelled while the caller still waits was cancelled by the shutdown.
        if (thrown is OperationCanceledException && !context.CancellationToken.IsCancellationRequested && readiness.Phase == ServingPhase.Draining)
            return Faults.NotServing(ServingPhase.Draining);
        var fault = Faults.Of(thrown, context, clock);
        if (fault.StatusCode == StatusCode.Internal)
            LogFailure(thrown, context.Method);
        return fault;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed")]
    private partial void LogFailure(Exception failure, string method);
}
