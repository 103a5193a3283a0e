using LeadGrains.Host.Commands;
using LeadGrains.Host.Composition;
using LeadGrains.Host.Terminals;

using var stop = new StopSignals(ProcessClock.Instance);
return await CommandLine.RunAsync(args, new CommandContext(Terminal.OfProcess(), ProcessClock.Instance), stop.Token);
