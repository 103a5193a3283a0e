using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Gives each call its service instance: the registered one, else a new one that ends with the call.</summary>
/// <typeparam name="TService">The service class.</typeparam>
internal sealed class ServiceActivator<TService>
    where TService : class
{
    private readonly ObjectFactory<TService>? _factory;
    private readonly Lazy<TService>? _singleton;

    public ServiceActivator(IServiceProvider application)
    {
        var registrations = application.GetRequiredService<ServiceRegistrations>();
        if (registrations.LifetimeOf(typeof(TService)) is not { } lifetime)
            _factory = ActivatorUtilities.CreateFactory<TService>(Type.EmptyTypes);
        else if (lifetime == ServiceLifetime.Singleton)
            _singleton = new Lazy<TService>(application.GetRequiredService<TService>);
    }

    /// <summary>A singleton is taken past the request's own services, since making those costs more than a short call.</summary>
    public TService Get(HttpContext http) =>
        _singleton?.Value
        ?? _factory?.Invoke(http.RequestServices, arguments: null)
        ?? http.RequestServices.GetRequiredService<TService>();

    /// <summary>Disposes an instance that was made for the call. Registered ones belong to the container.</summary>
    public ValueTask ReleaseAsync(TService service) =>
        _factory is null ? ValueTask.CompletedTask : ServiceRelease.DisposeAsync(service);
}
