using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>`machines`: what shows that no person acted. Such a signal gives nothing and uses up no limit.</summary>
/// <param name="Scanners">By what a signal says of itself.</param>
/// <param name="Burst">By many signals at once; null where the model names none.</param>
/// <param name="WatchedRules">The places of the rules on types that bursts watch.</param>
internal sealed record MachineRules(ScannerAgents Scanners, BurstRule? Burst, ImmutableArray<int> WatchedRules);
