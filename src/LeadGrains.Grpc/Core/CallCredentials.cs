namespace Grpc.Core;

/// <summary>Adds metadata that proves who calls, for example a token, to the headers of a call.</summary>
/// <param name="context">Which call it is for.</param>
/// <param name="metadata">Where to add the metadata.</param>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);

/// <summary>Which call credentials are asked for.</summary>
/// <param name="serviceUrl">The service's address, as in <c>https://host:port/package.Service</c>.</param>
/// <param name="methodName">The method's own name.</param>
/// <param name="cancellationToken">Fires when the call has ended meanwhile.</param>
public class AuthInterceptorContext(string serviceUrl, string methodName, CancellationToken cancellationToken)
{
    /// <summary>A context that is never cancelled.</summary>
    public AuthInterceptorContext(string serviceUrl, string methodName)
        : this(serviceUrl, methodName, CancellationToken.None)
    {
    }

    /// <summary>The service's address, as in <c>https://host:port/package.Service</c>; the port 443 of https is left out.</summary>
    public string ServiceUrl { get; } = serviceUrl;

    /// <summary>The method's own name.</summary>
    public string MethodName { get; } = methodName;

    /// <summary>Fires when the call has ended meanwhile.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;
}

/// <summary>What a call proves its caller with. Never sent without TLS, unless the channel's options allow it.</summary>
public abstract class CallCredentials
{
    private protected CallCredentials()
    {
    }

    internal abstract IReadOnlyList<AsyncAuthInterceptor> Interceptors { get; }

    /// <summary>Several credentials as one; their metadata is added in this order.</summary>
    /// <exception cref="ArgumentException">There are fewer than two.</exception>
    public static CallCredentials Compose(params CallCredentials[] credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        if (credentials.Length < 2)
            throw new ArgumentException("Composing takes two credentials or more.", nameof(credentials));
        return new Intercepted([.. credentials.SelectMany(one => one.Interceptors)]);
    }

    /// <summary>Credentials that a function adds, for each call anew.</summary>
    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(interceptor);
        return new Intercepted([interceptor]);
    }

    private sealed class Intercepted(IReadOnlyList<AsyncAuthInterceptor> interceptors) : CallCredentials
    {
        internal override IReadOnlyList<AsyncAuthInterceptor> Interceptors => interceptors;
    }
}
