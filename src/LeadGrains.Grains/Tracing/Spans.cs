using System.Diagnostics;

namespace LeadGrains.Grains.Tracing;

/// <summary>
/// The spans of a call on its way through gateway, partition and journal. Nobody who listens makes them cost one look for each
/// request; what is not sampled leaves none in partitions and journal.
/// </summary>
public static class Spans
{
    /// <summary>What whoever collects spans listens to.</summary>
    public const string SourceName = "leadgrains";

    /// <summary>Where all of them come from.</summary>
    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>The span of the call that is being answered, where it is sampled; else null.</summary>
    public static Activity? Asking =>
        Source.HasListeners() && Activity.Current is { Recorded: true } current && ReferenceEquals(current.Source, Source) ? current : null;
}
