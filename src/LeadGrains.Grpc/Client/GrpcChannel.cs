using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client.Internal;
using Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>
/// A way to a server over HTTP/2: with TLS for an address of <c>https</c>, without (prior knowledge) for one of
/// <c>http</c>. It connects on the first call, connects again when a connection breaks, and may be shared by all threads.
/// </summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly Uri _address;
    private readonly ConcurrentDictionary<string, Uri> _methods = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closing = new();

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
            throw new ArgumentException($"'{address}' is no address of the form http://host:port or https://host:port.", nameof(address));
        _address = new Uri(address.GetLeftPart(UriPartial.Authority));
        Options = options;
        Compressions = new Compressions(options.CompressionProviders ?? Compressions.Defaults());
        _http = options.HttpHandler is null
            ? new HttpMessageInvoker(new SocketsHttpHandler { EnableMultipleHttp2Connections = true, AllowAutoRedirect = false, UseCookies = false })
            : new HttpMessageInvoker(options.HttpHandler, options.DisposeHttpClient);
    }

    internal GrpcChannelOptions Options { get; }

    internal Compressions Compressions { get; }

    /// <summary>Fires when the channel is disposed.</summary>
    internal CancellationToken Closing => _closing.Token;

    internal TimeProvider Clock { get; set; } = RpcClock.Default;

    /// <summary>A channel to an address such as <c>http://127.0.0.1:7070</c>.</summary>
    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel to an address such as <c>http://127.0.0.1:7070</c>, with options.</summary>
    /// <exception cref="ArgumentException">The address is neither http nor https.</exception>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        return ForAddress(new Uri(address), channelOptions);
    }

    /// <summary>A channel to an address.</summary>
    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel to an address, with options.</summary>
    /// <exception cref="ArgumentException">The address is neither http nor https.</exception>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        return new GrpcChannel(address, channelOptions);
    }

    /// <inheritdoc/>
    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        return new ChannelCallInvoker(this);
    }

    /// <summary>Closes the connections. Calls under way end as cancelled.</summary>
    public void Dispose()
    {
        // Not disposed: calls that start or end meanwhile still look at it.
        _closing.Cancel();
        _http.Dispose();
    }

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        return _http.SendAsync(request, cancellationToken);
    }

    internal Uri UriOf(IMethod method) =>
        _methods.GetOrAdd(method.FullName, static (path, address) => new Uri(address, path), _address);

    /// <inheritdoc/>
    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }
}
