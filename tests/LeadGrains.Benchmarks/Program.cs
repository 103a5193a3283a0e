using LeadGrains.Benchmarks.Cluster;
using LeadGrains.Benchmarks.Engine;
using LeadGrains.Benchmarks.Growth;
using LeadGrains.Benchmarks.Grpc;
using LeadGrains.Benchmarks.Ingest;
using LeadGrains.Benchmarks.Latency;
using LeadGrains.Benchmarks.Memory;
using LeadGrains.Benchmarks.Overload;
using LeadGrains.Benchmarks.Peers;
using LeadGrains.Benchmarks.Ranking;
using LeadGrains.Benchmarks.Recovery;
using LeadGrains.Benchmarks.Running;
using LeadGrains.Host.Composition;

// Ctrl+C reaches the suite through the token, so that it stops its servers and removes its folders.
using var stop = new StopSignals(TimeProvider.System);
var options = new SuiteOptions("ingest", "latency", "recovery", "memory", "growth", "ranking", "peers", "cluster", "grpc", "engine", "overload");
var command = options.Command();
command.SetAction(async (parsed, cancellationToken) =>
{
    var settings = options.Read(parsed, TimeProvider.System);
    var suite = new Suite(settings, cancellationToken);
    await suite.RunAsync("ingest", () => IngestArena.StartAsync(settings, cancellationToken), IngestComparisons.All);
    await suite.RunAsync("latency", () => LatencyWork.StartAsync(settings, cancellationToken), LatencyTrials.All);
    await suite.RunAsync("recovery", () => Task.FromResult(new RecoveryWork(settings)), RecoveryTrials.All);
    await suite.RunAsync("memory", () => Task.FromResult(new MemoryWork(settings)), MemoryTrials.All);
    await suite.RunAsync("growth", () => Task.FromResult(new GrowthWork(settings)), GrowthTrials.All);
    await suite.RunAsync("peers", () => PeerArena.StartAsync(settings, cancellationToken), PeerComparisons.All);
    await suite.RunAsync("cluster", () => ClusterArena.StartAsync(settings, cancellationToken), ClusterComparisons.All);
    await suite.RunAsync("grpc", EchoServers.StartAsync, GrpcComparisons.All);
    await suite.RunAsync("engine", () => EngineWork.StartAsync(settings), EngineComparisons.All);
    await suite.RunAsync("overload", () => OverloadWork.StartAsync(settings, cancellationToken), OverloadTrials.All);
    await suite.RunAsync("ranking", () => RankingWork.StartAsync(settings), RankingComparisons.All);
    await suite.ReportAsync();
    return suite.HasFailed ? 1 : 0;
});
try
{
    return await command.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }, stop.Token);
}
catch (Exception) when (stop.Token.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Stopped before the end.");
    return 1;
}
