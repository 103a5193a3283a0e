using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Gives each call its service instance: the registered one, else a new one that ends with the call.</summary>
/// <typeparam name="TService">The service class.</typeparam>
internal sealed class ServiceActivator<TService>
    where TService : class
{
    // Making a request's own services costs more than a short call, so they are left alone where nobody needs them.
    private static readonly bool NeedsServices = Array.Exists(typeof(TService).GetConstructors(), constructor => constructor.GetParameters().Length > 0);

    private readonly ObjectFactory<TService>? _factory;
    private readonly Lazy<TService>? _singleton;
    private readonly IServiceProvider _application;

    public ServiceActivator(IServiceProvider application)
    {
        _application = application;
        var registrations = application.GetRequiredService<ServiceRegistrations>();
        if (registrations.LifetimeOf(typeof(TService)) is not { } lifetime)
            _factory = ActivatorUtilities.CreateFactory<TService>(Type.EmptyTypes);
        else if (lifetime == ServiceLifetime.Singleton)
            _singleton = new Lazy<TService>(application.GetRequiredService<TService>);
    }

    /// <summary>The instance for a call.</summary>
    public TService Get(HttpContext http) =>
        _singleton?.Value
        ?? _factory?.Invoke(NeedsServices ? http.RequestServices : _application, arguments: null)
        ?? http.RequestServices.GetRequiredService<TService>();

    /// <summary>Disposes an instance that was made for the call. Registered ones belong to the container.</summary>
    public ValueTask ReleaseAsync(TService service) =>
        _factory is null ? ValueTask.CompletedTask : ServiceRelease.DisposeAsync(service);
}
