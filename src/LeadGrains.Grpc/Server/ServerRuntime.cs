using Grpc.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>What all calls of one server share. Its clock is the application's, if it registered one.</summary>
internal sealed class ServerRuntime(IOptions<GrpcServiceOptions> options, ILoggerFactory loggers, IServiceProvider services)
{
    public GrpcServiceOptions Options { get; } = options.Value;

    public ILogger Logger { get; } = loggers.CreateLogger("Grpc.AspNetCore.Server");

    public TimeProvider Clock { get; } = services.GetService<TimeProvider>() ?? RpcClock.Default;
}
