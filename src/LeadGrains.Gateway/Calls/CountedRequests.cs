using Google.Protobuf;
using Grpc.Core;
using LeadGrains.Gateway.Checks;

namespace LeadGrains.Gateway.Calls;

/// <summary>
/// Binds a generated service, but that requests of one type have their items counted before any is read: an item of two bytes
/// becomes an object of some seventy. What such requests have beside the fields of this version is left out, for the same reason.
/// </summary>
/// <typeparam name="TCounted">Has its items as its field 1.</typeparam>
/// <param name="binder">Takes the methods.</param>
/// <param name="parser">Reads the requests that are counted.</param>
/// <param name="items">The name of the items' field.</param>
internal sealed class CountedRequests<TCounted>(ServiceBinderBase binder, MessageParser<TCounted> parser, string items) : ServiceBinderBase
    where TCounted : class, IMessage<TCounted>
{
    private readonly MessageParser<TCounted> _parser = parser.WithDiscardUnknownFields(true);

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        binder.AddMethod((object)new Marshaller<TCounted>(Write, Read) is Marshaller<TRequest> counted
            ? new Method<TRequest, TResponse>(method.Type, method.ServiceName, method.Name, counted, method.ResponseMarshaller)
            : method, handler);

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        binder.AddMethod(method, handler);

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        binder.AddMethod(method, handler);

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        binder.AddMethod(method, handler);

    private static void Write(TCounted request, SerializationContext context) => throw new NotSupportedException("A server does not send requests.");

    private TCounted Read(DeserializationContext context)
    {
        var payload = context.PayloadAsReadOnlySequence();
        var fields = new RequestChecks();
        fields.ItemCount(items, TopLevelItems.Count(payload));
        fields.ThrowIfAny();
        return _parser.ParseFrom(payload);
    }
}
