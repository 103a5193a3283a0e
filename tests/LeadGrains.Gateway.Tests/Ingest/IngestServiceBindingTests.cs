using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.Core;
using LeadGrains.Gateway.Ingest;

namespace LeadGrains.Gateway.Tests.Ingest;

public sealed class IngestServiceBindingTests
{
    [Fact]
    public void BindService_WhenCalled_BindsTheMethodsOfTheProto()
    {
        var binder = new MethodList();

        IngestServiceBinding.BindService(binder, service: null);

        Assert.Equal(V1.IngestService.Descriptor.Methods.Select(Expected), binder.Methods);
    }

    // Where Grpc.AspNetCore looks: a public static method named by the attribute, and on the service public instance
    // methods that override virtual ones of the class which that method takes.
    [Fact]
    public void IngestService_WhenSearchedAsTheOfficialServerDoes_HasItsMethods()
    {
        var attribute = typeof(IngestMethods).GetCustomAttribute<BindServiceMethodAttribute>();
        Assert.NotNull(attribute);
        var bind = attribute.BindType.GetMethod(
            attribute.BindMethodName, BindingFlags.Public | BindingFlags.Static, [typeof(ServiceBinderBase), typeof(IngestMethods)]);

        Assert.NotNull(bind);
        Assert.All(V1.IngestService.Descriptor.Methods, expected =>
        {
            var method = typeof(IngestService).GetMethod(expected.Name, BindingFlags.Public | BindingFlags.Instance);
            Assert.NotNull(method);
            Assert.True(method.IsVirtual);
            Assert.Equal(typeof(IngestMethods), method.GetBaseDefinition().DeclaringType);
        });
    }

    private static (string FullName, MethodType Type) Expected(MethodDescriptor method) => (
        $"/{method.Service.FullName}/{method.Name}",
        (method.IsClientStreaming, method.IsServerStreaming) switch
        {
            (false, false) => MethodType.Unary,
            (true, false) => MethodType.ClientStreaming,
            (false, true) => MethodType.ServerStreaming,
            (true, true) => MethodType.DuplexStreaming,
        });

    private sealed class MethodList : ServiceBinderBase
    {
        public List<(string FullName, MethodType Type)> Methods { get; } = [];

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) => Add(method, handler);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) => Add(method, handler);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) => Add(method, handler);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) => Add(method, handler);

        private void Add(IMethod method, Delegate? handler)
        {
            Assert.Null(handler);
            Methods.Add((method.FullName, method.Type));
        }
    }
}
