using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>`burst: {signals: [...], count: N, within: D}`: N signals of these types of one grain within D are a machine's, all of them.</summary>
/// <param name="SignalTypes">The types, each once.</param>
/// <param name="Count">2 to <see cref="BurstWatch.Most"/>.</param>
/// <param name="Within">How far apart the oldest and the newest lie at most.</param>
/// <param name="WithinText">The same as the document has it.</param>
internal sealed record BurstRule(ImmutableArray<string> SignalTypes, int Count, TimeSpan Within, string WithinText);
