using Grpc.AspNetCore.Server;
using Grpc.Core;
using LeadGrains.Gateway.Access;
using LeadGrains.Grains;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LeadGrains.Gateway.Calls;

/// <summary>
/// What every call passes through, once for all services: refused while the node is not serving, admitted by
/// its key, measured, and its exceptions turned into a status.
/// </summary>
internal sealed partial class CallGate(AccessDoor door, Readiness readiness, GatewayMeters meters, TimeProvider clock, ILogger<CallGate> log)
{
    /// <summary>Answers a unary call.</summary>
    public async Task<TResponse> AnswerAsync<TResponse>(ServerCallContext context, Func<CallScope, Task<TResponse>> answer)
    {
        var (began, method) = (clock.GetTimestamp(), MethodOf(context));
        var span = CallSpans.Begin(context.GetHttpContext(), method);
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
            span.End(status);
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
        var notAdmitted = CancellationToken.None;
        try
        {
            var call = Enter(context, method);
            notAdmitted = call.Caller.Ended;
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.Ended, notAdmitted);
            await serve(call with { Ended = ended.Token });
        }
        catch (Exception thrown)
        {
            // The key was revoked while the stream was open.
            var fault = notAdmitted.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested
                ? Refusals.NoKey()
                : FaultOf(thrown, context, method);
            meters.StreamFailed(method, fault.StatusCode);
            throw fault;
        }
        finally
        {
            meters.StreamClosed(method);
        }
    }

    /// <summary>Turns a call away whose request would have to be read first, and lets it pass for good otherwise.</summary>
    /// <exception cref="RpcException">As the method itself would refuse it.</exception>
    public void AdmitBeforeReading(HttpContext http)
    {
        var method = MethodOf(http) ?? throw new InvalidOperationException("No method is served here.");
        try
        {
            http.Features.Set(Admit(http, method));
        }
        catch (RpcException refusal)
        {
            meters.Answered(method, refusal.StatusCode, TimeSpan.Zero);
            throw;
        }
    }

    private static PartitionUnavailableException OfThePast() =>
        new("The database has not been heard of for a while: what is known here may be of the past.");

    // Paths match in any letter case, and a caller's spelling must not make a row of figures of its own.
    private static string MethodOf(ServerCallContext context) => MethodOf(context.GetHttpContext()) ?? context.Method;

    private static string? MethodOf(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName;

    // Who was let in before the request was read has been asked, and counted, already.
    private CallScope Enter(ServerCallContext context, string method)
    {
        var http = context.GetHttpContext();
        return new CallScope(http.Features.Get<Caller>() ?? Admit(http, method), method, context.CancellationToken);
    }

    private Caller Admit(HttpContext http, string method)
    {
        if (readiness.Phase != ServingPhase.Serving)
            throw Faults.NotServing(readiness.Phase);
        return door.Admit(http, MethodScopes.Of(method));
    }

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
