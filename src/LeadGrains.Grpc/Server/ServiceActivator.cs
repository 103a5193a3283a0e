using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Gives each call its service instance: the registered one, else a new one that ends with the call.</summary>
/// <typeparam name="TService">The service class.</typeparam>
internal sealed class ServiceActivator<TService>(IServiceProvider application)
    where TService : class
{
    private readonly ObjectFactory<TService>? _factory =
        application.GetRequiredService<IServiceProviderIsService>().IsService(typeof(TService))
            ? null
            : ActivatorUtilities.CreateFactory<TService>(Type.EmptyTypes);

    public TService Get(IServiceProvider call) =>
        _factory is null ? call.GetRequiredService<TService>() : _factory(call, arguments: null);

    /// <summary>Disposes an instance that was made for the call. Registered ones belong to the container.</summary>
    public ValueTask ReleaseAsync(TService service)
    {
        if (_factory is null)
            return ValueTask.CompletedTask;
        if (service is IAsyncDisposable asynchronous)
            return asynchronous.DisposeAsync();
        (service as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }
}
