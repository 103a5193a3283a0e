using Grpc.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>What all calls of one server share. Its clock is the application's, if it registered one.</summary>
internal sealed class ServerRuntime
{
    public ServerRuntime(IOptions<GrpcServiceOptions> options, ILoggerFactory loggers, IServiceProvider services)
    {
        Options = options.Value;
        Logger = loggers.CreateLogger("Grpc.AspNetCore.Server");
        Clock = services.GetService<TimeProvider>() ?? RpcClock.Default;
        Compressions = new Compressions(Options.CompressionProviders);
        if (Options.ResponseCompressionAlgorithm is { } name and not ProtocolNames.Identity)
            ResponseCompressor = Compressor(name) ?? throw new InvalidOperationException($"There is no compression provider for the responses' algorithm '{name}'.");
    }

    public GrpcServiceOptions Options { get; }

    public ILogger Logger { get; }

    public TimeProvider Clock { get; }

    public Compressions Compressions { get; }

    /// <summary>The compression of responses unless their methods choose; null for none.</summary>
    public Compressor? ResponseCompressor { get; }

    public Compressor? Compressor(string name) =>
        Compressions.Find(name) is { } provider ? new Compressor(provider, Options.ResponseCompressionLevel) : null;
}
