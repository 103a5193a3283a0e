using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Microsoft.Extensions.Hosting;

namespace Grpc.Reflection;

/// <summary>grpc.reflection.v1alpha, whose messages are those of v1 by another name.</summary>
[BindServiceMethod(typeof(AlphaReflectionBinding), nameof(AlphaReflectionBinding.BindService))]
internal sealed class AlphaReflectionService(ReflectionAnswers answers, IHostApplicationLifetime application) : ReflectionService(answers, application);

/// <summary>Binds the method of v1alpha to the messages of v1.</summary>
internal static class AlphaReflectionBinding
{
    private static readonly Method<ServerReflectionRequest, ServerReflectionResponse> Info = new(
        MethodType.DuplexStreaming,
        V1Alpha.ServerReflection.Descriptor.FullName,
        nameof(ReflectionService.ServerReflectionInfo),
        Messages(ServerReflectionRequest.Parser),
        Messages(ServerReflectionResponse.Parser));

    public static ServiceDescriptor Descriptor => V1Alpha.ServerReflection.Descriptor;

    /// <summary>Called by the server, with null for the service.</summary>
    public static void BindService(ServiceBinderBase binder, AlphaReflectionService? service) =>
        binder.AddMethod(Info, service is null ? null : new DuplexStreamingServerMethod<ServerReflectionRequest, ServerReflectionResponse>(service.ServerReflectionInfo));

    private static Marshaller<T> Messages<T>(MessageParser<T> parser)
        where T : class, IMessage<T> =>
        Marshallers.Create(static message => message.ToByteArray(), parser.ParseFrom);
}
