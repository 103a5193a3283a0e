using System.Net;
using LeadGrains.Cluster.Membership;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Host.Serving;

namespace LeadGrains.Host.Commands;

/// <summary>
/// A server until it is told to stop. A node of a cluster that has been lost is made anew, at the same addresses: its engine
/// has nothing that is still true.
/// </summary>
/// <param name="context">Where it speaks, and the time.</param>
/// <param name="read">Reads the settings, anew for each server.</param>
internal sealed class ServeRun(CommandContext context, Func<ServeSettings> read)
{
    /// <summary>How long a lost node goes on trying to join again: a database that restarts needs less.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    /// <summary>Serves, and gives the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var settings = read();
        for (var server = await StartAsync(settings, isFirst: true, stop); ; server = await StartAsync(settings, isFirst: false, stop))
        {
            await using (server)
            {
                server.Announce(context.Terminal);
                await server.WaitForEndAsync(stop);
                context.Terminal.Line("Stopping.");
                var isWhole = await server.StopAsync();
                if (stop.IsCancellationRequested || !server.MayJoinAgain)
                {
                    return isWhole ? ExitCode.Done : ExitCode.Failed;
                }

                settings = Again(server);
            }

            context.Terminal.Line("Joining again.");
        }
    }

    // Another node may have published a model meanwhile, and then --model names one of the past.
    private ServeSettings Again(RunningServer before)
    {
        var settings = read() with { ModelFile = null };
        return settings.Endpoints is not null
            ? settings
            : settings with
            {
                Grpc = new IPEndPoint(settings.Grpc.Address, before.GrpcAddress.Port),
                Http = new IPEndPoint(settings.Http.Address, before.HttpAddress.Port),
            };
    }

    private async Task<RunningServer> StartAsync(ServeSettings settings, bool isFirst, CancellationToken stop)
    {
        for (var began = context.Clock.GetTimestamp(); ;)
        {
            try
            {
                return await RunningServer.StartAsync(settings, context.Clock, stop);
            }
            catch (Exception fault) when (MayPass(fault, settings, isFirst) && context.Clock.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(BetweenTries, context.Clock, stop);
            }
        }
    }

    private static bool MayPass(Exception fault, ServeSettings settings, bool isFirst) => settings.Cluster is not null
        && (fault is ModelChangedException or PartitionUnavailableException or StaleEpochException || (fault is StoreUnusableException && !isFirst));
}
