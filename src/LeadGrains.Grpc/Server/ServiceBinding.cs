using System.Reflection;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Finds the binding method that generated (or hand-written) code names on a service's base class, and calls it.</summary>
internal static class ServiceBinding
{
    /// <summary>Gives each method of a service to the binder, without a handler.</summary>
    /// <exception cref="InvalidOperationException">The class has no binding method.</exception>
    public static void Bind(Type serviceType, ServiceBinderBase binder)
    {
        for (var type = serviceType; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is not { } attribute)
                continue;
            var method = attribute.BindType.GetMethod(
                attribute.BindMethodName,
                BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic,
                [typeof(ServiceBinderBase), type]);
            if (method is null)
                break;
            method.Invoke(obj: null, BindingFlags.DoNotWrapExceptions, binder: null, [binder, null], culture: null);
            return;
        }

        throw new InvalidOperationException(
            $"{serviceType} cannot be served: none of its base classes has a BindServiceMethod attribute that names a static method (ServiceBinderBase, base class).");
    }
}
