using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Grpc.Reflection;

/// <summary>Finds the descriptors of the services that are mapped to endpoints.</summary>
internal static partial class ServedServices
{
    public static IEnumerable<ServiceDescriptor> Of(EndpointDataSource endpoints, ILogger log)
    {
        var types = endpoints.Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType).OfType<Type>();
        foreach (var type in types.Distinct())
        {
            if (DescriptorOf(type) is { } descriptor)
                yield return descriptor;
            else
                NotDescribed(log, type);
        }
    }

    // The class that binds the methods, generated or written by hand, also has the descriptor.
    private static ServiceDescriptor? DescriptorOf(Type serviceType)
    {
        for (var type = serviceType; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } attribute)
                return attribute.BindType.GetProperty("Descriptor", typeof(ServiceDescriptor))?.GetValue(obj: null) as ServiceDescriptor;
        }

        return null;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Service} has no descriptor, so reflection does not tell of it.")]
    private static partial void NotDescribed(ILogger logger, Type service);
}
