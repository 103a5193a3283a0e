using LeadGrains.Benchmarks.Engine;
using LeadGrains.Benchmarks.Grpc;
using LeadGrains.Benchmarks.Running;
using LeadGrains.Host.Composition;

// Ctrl+C reaches the suite through the token, so that it stops its servers and removes its folders.
using var stop = new StopSignals(TimeProvider.System);
var options = new SuiteOptions("grpc", "engine");
var command = options.Command();
command.SetAction(async (parsed, cancellationToken) =>
{
    var settings = options.Read(parsed, TimeProvider.System);
    var suite = new Suite(settings, cancellationToken);
    await suite.RunAsync("grpc", EchoServers.StartAsync, GrpcComparisons.All);
    await suite.RunAsync("engine", () => EngineWork.StartAsync(settings), EngineComparisons.All);
    await suite.ReportAsync();
});
return await command.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null }, stop.Token);
