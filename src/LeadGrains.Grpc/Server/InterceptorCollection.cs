using System.Collections.ObjectModel;
using Grpc.Core.Interceptors;

namespace Grpc.AspNetCore.Server;

/// <summary>The interceptors around each call, the outermost first.</summary>
public class InterceptorCollection : Collection<InterceptorRegistration>
{
    /// <summary>Adds one inside those that are there.</summary>
    /// <typeparam name="TInterceptor">The interceptor's class; an instance of each call, unless the class is a registered service.</typeparam>
    /// <param name="args">What its constructor is given besides the application's services.</param>
    public void Add<TInterceptor>(params object[] args)
        where TInterceptor : Interceptor => Add(typeof(TInterceptor), args);

    /// <summary>Adds one inside those that are there.</summary>
    /// <param name="interceptorType">The interceptor's class; an instance of each call, unless the class is a registered service.</param>
    /// <param name="args">What its constructor is given besides the application's services.</param>
    /// <exception cref="ArgumentException">The class is no interceptor, or an argument is null.</exception>
    public void Add(Type interceptorType, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(interceptorType);
        ArgumentNullException.ThrowIfNull(args);
        if (!interceptorType.IsSubclassOf(typeof(Interceptor)))
            throw new ArgumentException($"{interceptorType} is no {typeof(Interceptor)}.", nameof(interceptorType));
        if (Array.Exists(args, argument => argument is null))
            throw new ArgumentException("An interceptor's arguments cannot be null.", nameof(args));
        Add(new InterceptorRegistration(interceptorType, args));
    }
}
