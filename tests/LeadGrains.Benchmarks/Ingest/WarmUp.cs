using LeadGrains.Benchmarks.Load;
using LeadGrains.Benchmarks.Running;
using LeadGrains.Benchmarks.Servers;

namespace LeadGrains.Benchmarks.Ingest;

/// <summary>Makes servers that share a store ready to be measured.</summary>
internal static class WarmUp
{
    // A new process still compiles: how long it takes until it runs code that was made for this load.
    private static readonly TimeSpan Compiling = TimeSpan.FromSeconds(3);

    /// <summary>Tells them a pool's contacts and accounts, loads them for a while, and waits until they are at rest.</summary>
    public static async Task RunAsync(
        Settings settings, SignalPool pool, IReadOnlyList<RunningServer> servers, LoadGenerator generator, CancellationToken cancellationToken)
    {
        await Population.TellAsync(servers[0], pool.Plan.Population, cancellationToken);
        using var compiled = new CancellationTokenSource(Compiling, settings.Turns.Clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(compiled.Token, cancellationToken);
        await generator.SendAsync(LoadShape.Stream(100), over.Token);
        await Task.WhenAll(servers.Select(server => server.RestAsync(cancellationToken)));
    }
}
