using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Starts calls on a channel.</summary>
internal sealed class ChannelCallInvoker(GrpcChannel channel) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        // What comes next in the call may be meant for the very thread that waits here for it.
        if (SynchronizationContext.Current is not null || TaskScheduler.Current != TaskScheduler.Default)
            return Task.Run(() => BlockingUnaryCall(method, host, options, request)).GetAwaiter().GetResult();
        using var call = AsyncUnaryCall(method, host, options, request);
        return call.GetAwaiter().GetResult();
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = StartSingle(method, host, options, request);
        return new AsyncUnaryCall<TResponse>(Responses(call, method).ReadSingleAsync(), call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = StartSingle(method, host, options, request);
        return new AsyncServerStreamingCall<TResponse>(Responses(call, method), call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var (call, requests) = StartStream(method, host, options);
        return new AsyncClientStreamingCall<TRequest, TResponse>(requests, Responses(call, method).ReadSingleAsync(), call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var (call, requests) = StartStream(method, host, options);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(requests, Responses(call, method), call);
    }

    private static ResponseStreamReader<TResponse> Responses<TRequest, TResponse>(ClientCall call, Method<TRequest, TResponse> method)
        where TResponse : class =>
        new(call, method.ResponseMarshaller);

    private ClientCall StartSingle<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
    {
        ArgumentNullException.ThrowIfNull(request);
        var call = new ClientCall(channel, method, options);
        call.Start(method, host, new SingleRequestContent<TRequest>(request, method.RequestMarshaller, channel.Options.MaxSendMessageSize, call.Compressor?.For(call.WriteOptions)));
        return call;
    }

    private (ClientCall Call, RequestStreamWriter<TRequest> Requests) StartStream<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
        where TRequest : class
    {
        var call = new ClientCall(channel, method, options);
        StreamedRequestContent content = call.Plan.Retry is null ? new DirectRequestContent() : new ReplayedRequestContent(channel);
        call.Start(method, host, content);
        return (call, new RequestStreamWriter<TRequest>(call, content, method.RequestMarshaller));
    }
}
