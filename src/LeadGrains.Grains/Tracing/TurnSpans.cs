using System.Diagnostics;

namespace LeadGrains.Grains.Tracing;

/// <summary>The spans of one turn: one for each request of a sampled call, from being taken until it was applied. Reused by its turn.</summary>
internal sealed class TurnSpans
{
    private readonly List<Activity> _open = [];
    private readonly List<ActivityContext> _contexts = [];

    /// <summary>Of the open ones: what the journal's spans hang on.</summary>
    public IReadOnlyList<ActivityContext> Contexts => _contexts;

    /// <summary>The turn takes a request of a sampled call.</summary>
    /// <param name="asked">The call's span.</param>
    /// <param name="turn">The turn's number.</param>
    /// <param name="lane">The loop's.</param>
    /// <param name="weight">Signals or items of the request.</param>
    public void Begin(Activity asked, long turn, int lane, int weight)
    {
        if (Spans.Source.StartActivity("partition", ActivityKind.Internal, asked.Context) is not { } span)
            return;

        // A loop's thread serves many calls by turns: none of them is its own.
        Activity.Current = null;
        span.SetTag("leadgrains.turn", turn).SetTag("leadgrains.loop", lane).SetTag("leadgrains.items", weight);
        _open.Add(span);
        _contexts.Add(span.Context);
    }

    /// <summary>The turn has been applied.</summary>
    public void End()
    {
        if (_open.Count == 0)
            return;
        foreach (var span in _open)
            span.Stop();
        _open.Clear();
        _contexts.Clear();
    }

    /// <summary>The turn has failed, and none follows. The journal may still look at the contexts, so these stay.</summary>
    public void Fail(Exception failure)
    {
        foreach (var span in _open)
            span.SetStatus(ActivityStatusCode.Error, failure.GetType().Name).Stop();
        _open.Clear();
    }
}
