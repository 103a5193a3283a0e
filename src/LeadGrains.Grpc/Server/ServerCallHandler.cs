using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Serves the calls of one method. What differs between the four kinds is in <see cref="InvokeAsync"/>.</summary>
internal abstract class ServerCallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    ServiceActivator<TService> activator,
    ServerRuntime runtime)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected Method<TRequest, TResponse> Method => method;

    public async Task HandleAsync(HttpContext http)
    {
        if (RequestRefusal.TryRefuse(http))
        {
            ServerLog.NotGrpc(runtime.Logger, http.Request.Protocol);
            return;
        }

        LiftBodyLimits(http);
        http.Response.Headers.ContentType = ProtocolNames.ContentType;
        var context = new HttpServerCallContext(http, runtime, method.FullName);
        try
        {
            context.Start();
            var service = activator.Get(http);
            try
            {
                await InvokeAsync(service, context);
            }
            finally
            {
                await activator.ReleaseAsync(service);
            }

            context.End(context.Status);
        }
        catch (Exception exception)
        {
            // Told only once it is ended: what keeps the log may fail, too.
            var status = CallFailure.StatusOf(exception, context);
            context.End(status);
            CallFailure.Tell(exception, status, context);
        }
        finally
        {
            await context.ReleaseAsync();
        }
    }

    protected abstract Task InvokeAsync(TService service, HttpServerCallContext context);

    /// <summary>The messages are bounded one by one, so the body as a whole need not be; and a stream may rest.</summary>
    private void LiftBodyLimits(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (method.Type is not (MethodType.ClientStreaming or MethodType.DuplexStreaming))
            return;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }
}
