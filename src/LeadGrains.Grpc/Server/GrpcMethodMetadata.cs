using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>What each endpoint of a gRPC method carries, so that others can tell which services are mapped.</summary>
public sealed class GrpcMethodMetadata
{
    /// <summary>Describes one endpoint.</summary>
    /// <param name="serviceType">The class that serves the method.</param>
    /// <param name="method">The method.</param>
    public GrpcMethodMetadata(Type serviceType, IMethod method)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        ArgumentNullException.ThrowIfNull(method);
        ServiceType = serviceType;
        Method = method;
    }

    /// <summary>The class that serves the method.</summary>
    public Type ServiceType { get; }

    /// <summary>The method.</summary>
    public IMethod Method { get; }
}
