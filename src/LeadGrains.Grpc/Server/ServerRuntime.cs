using Grpc.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>What all calls of one service share. Its clock is the application's, if it registered one.</summary>
internal sealed class ServerRuntime
{
    private ServerRuntime(GrpcServiceOptions options, IServiceProvider services)
    {
        Options = options;
        Logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Grpc.AspNetCore.Server");
        Clock = services.GetService<TimeProvider>() ?? RpcClock.Default;
        Unfinished = services.GetRequiredService<UnfinishedMessages>();
        Compressions = new Compressions(Options.CompressionProviders);
        if (Options.ResponseCompressionAlgorithm is { } name and not ProtocolNames.Identity)
            ResponseCompressor = Compressor(name) ?? throw new InvalidOperationException($"There is no compression provider for the responses' algorithm '{name}'.");
    }

    public GrpcServiceOptions Options { get; }

    public ILogger Logger { get; }

    public TimeProvider Clock { get; }

    public UnfinishedMessages Unfinished { get; }

    public Compressions Compressions { get; }

    /// <summary>The compression of responses unless their methods choose; null for none.</summary>
    public Compressor? ResponseCompressor { get; }

    /// <summary>With the service's own options if it has any, else with those of all.</summary>
    public static ServerRuntime Of<TService>(IServiceProvider services)
        where TService : class
    {
        GrpcServiceOptions options = services.GetService<IConfigureOptions<GrpcServiceOptions<TService>>>() is null
            ? services.GetRequiredService<IOptions<GrpcServiceOptions>>().Value
            : services.GetRequiredService<IOptions<GrpcServiceOptions<TService>>>().Value;
        return new ServerRuntime(options, services);
    }

    public Compressor? Compressor(string name) =>
        Compressions.Find(name) is { } provider ? new Compressor(provider, Options.ResponseCompressionLevel) : null;
}
