using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>A class of interceptors that the server puts around calls.</summary>
public class InterceptorRegistration
{
    private readonly object[] _arguments;
    private readonly Lazy<ObjectFactory> _factory;

    internal InterceptorRegistration(Type type, object[] arguments)
    {
        Type = type;
        _arguments = arguments;
        _factory = new Lazy<ObjectFactory>(() => ActivatorUtilities.CreateFactory(type, [.. arguments.Select(argument => argument.GetType())]));
    }

    /// <summary>The class.</summary>
    public Type Type { get; }

    /// <summary>What its constructor is given besides the application's services.</summary>
    public IReadOnlyList<object> Arguments => _arguments;

    /// <summary>The registered instance, unless arguments are given; else a new one that ends with the call.</summary>
    internal (Interceptor Interceptor, bool IsOwn) Create(IServiceProvider services)
    {
        if (_arguments.Length == 0 && services.GetService(Type) is Interceptor registered)
            return (registered, IsOwn: false);
        return ((Interceptor)_factory.Value(services, _arguments), IsOwn: true);
    }
}
