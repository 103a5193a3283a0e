using System.CommandLine;
using System.Net;
using LeadGrains.Host.Loading.Sink;
using LeadGrains.Host.Serving;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains sink</c>, started by <c>load --compare-sink</c> and by nobody else: it ends with its input.</summary>
internal static class SinkCommand
{
    public const string Name = "sink";

    public static Command Build(CommandContext context)
    {
        var command = new Command(Name, "Parses and acknowledges signals, and does nothing else.") { Hidden = true };
        command.SetAction((_, cancellationToken) => RunAsync(context, cancellationToken));
        return command;
    }

    private static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        ListeningEndpoint? listening = null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            KestrelLimits.Apply(kestrel);
            KestrelLimits.ListenGrpc(kestrel, new IPEndPoint(IPAddress.Loopback, 0), endpoint => listening = endpoint);
        });
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        builder.Services.AddGrpc();
        await using var app = builder.Build();
        app.MapGrpcService<SinkService>();
        await app.StartAsync(cancellationToken);
        context.Terminal.Line(listening!.Address.ToString());
        await Console.In.ReadToEndAsync(cancellationToken);
    }
}
