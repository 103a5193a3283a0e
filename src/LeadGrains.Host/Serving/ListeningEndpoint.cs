using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LeadGrains.Host.Serving;

/// <summary>Where the server listens, and what it speaks there.</summary>
internal sealed class ListeningEndpoint(ListenOptions options, bool isTls)
{
    // Without TLS nothing tells the protocols apart, and HTTP/1.1 wins.
    public bool SpeaksGrpc => options.Protocols.HasFlag(HttpProtocols.Http2) && (isTls || !SpeaksHttp);

    public bool SpeaksHttp => options.Protocols.HasFlag(HttpProtocols.Http1);

    /// <summary>For clients on this machine, once the server has started.</summary>
    public Uri Address => new($"{(isTls ? "https" : "http")}://{options.EndPoint}");

    public override string ToString()
    {
        var speaks = (SpeaksGrpc, SpeaksHttp) switch
        {
            (true, true) => "gRPC and HTTP",
            (true, false) => "gRPC",
            _ => "HTTP",
        };
        return $"{speaks} on {(isTls ? "https://" : "")}{options.EndPoint}";
    }
}
