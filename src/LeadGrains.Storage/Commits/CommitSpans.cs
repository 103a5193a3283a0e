using System.Diagnostics;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Tracing;

namespace LeadGrains.Storage.Commits;

/// <summary>
/// The spans of one commit: one in the trace of each sampled call that it serves, all of the same time, each linked to the
/// first, since one commit serves many.
/// </summary>
internal sealed class CommitSpans
{
    // One commit with more sampled calls than this shows in the traces of the first.
    private const int Most = 64;

    private readonly List<Activity> _open = [];

    /// <summary>A commit of these appends begins.</summary>
    public void Begin(List<JournalAppend> appends, int bytes)
    {
        foreach (var append in appends)
        {
            for (var i = 0; i < append.Traces.Count && _open.Count < Most; i++)
                Begin(append.Traces[i], appends.Count, bytes);
        }
    }

    /// <summary>The commit is durable, or failed.</summary>
    public void End(Exception? failure)
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (failure is not null)
                _open[i].SetStatus(ActivityStatusCode.Error, failure.GetType().Name);
            _open[i].Stop();
        }

        _open.Clear();
    }

    private void Begin(ActivityContext asked, int appends, int bytes)
    {
        ActivityLink[]? links = _open.Count == 0 ? null : [new ActivityLink(_open[0].Context)];
        if (Spans.Source.StartActivity("journal commit", ActivityKind.Internal, asked, links: links) is not { } span)
            return;
        span.SetTag("leadgrains.journal.appends", appends).SetTag("leadgrains.journal.bytes", bytes);
        _open.Add(span);
    }
}
