using LeadGrains.Grains.Signals;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.History;

/// <summary>
/// Told by a contact's replay what becomes of each signal, it keeps the newest of those before a position, a page of
/// them, and what later signals made of their verdicts.
/// </summary>
internal sealed class SignalListing(SignalPosition before, int pageSize)
{
    private const int PageBytes = 3 << 20;

    private readonly Queue<Listed> _page = new();
    private SignalPosition _next;
    private long _bytes;

    /// <summary>Filled by the scoring of the signal that is added next.</summary>
    public SignalTrace Trace { get; } = new();

    /// <summary>There are older ones.</summary>
    public bool HasOlder { get; private set; }

    /// <summary>The oldest one of the page; the page must not be empty.</summary>
    public SignalPosition Oldest => _page.Peek().Position;

    public int Count => _page.Count;

    /// <summary>Signals that follow are of this entry.</summary>
    public void Enter(long sequence) => _next = new SignalPosition(sequence, 0);

    public void Add(in SignalFacts signal)
    {
        foreach (var revised in Trace.Revised)
            Revise(revised);
        Keep(signal, [.. Trace.Verdicts], Trace.IsScanner);
    }

    public void AddDuplicate(in SignalFacts signal) => Keep(signal, null, isScanner: false);

    /// <summary>A signal of the entry is kept no more; those after it keep their positions.</summary>
    public void PassOver() => _next = _next with { Index = _next.Index + 1 };

    /// <summary>The page, newest first.</summary>
    /// <param name="model">The model of the replay.</param>
    /// <param name="intent">What the replay has left.</param>
    public IReadOnlyList<RecordedSignalView> Page(ScoringModel model, IntentState intent) =>
        [.. _page.Reverse().Select(listed => new RecordedSignalView(
            listed.Signal, listed.ReceivedAt,
            listed.Verdicts is { } verdicts
                ? SignalFinding.Of(model, verdicts, listed.IsScanner, listed.At, intent.Contents.Windows)
                : SignalFinding.Duplicate))];

    private void Keep(in SignalFacts signal, RuleVerdict[]? verdicts, bool isScanner)
    {
        var position = _next;
        _next = _next with { Index = _next.Index + 1 };
        if (!position.IsBefore(before))
            return;
        var bytes = signal.Attributes.Signal.ToArray();
        _page.Enqueue(new Listed(position, bytes, signal.ReceivedAt, signal.ScoringInstant, verdicts, isScanner));
        _bytes += bytes.Length;
        while (_page.Count > pageSize || (_bytes > PageBytes && _page.Count > 1))
        {
            _bytes -= _page.Dequeue().Signal.Length;
            HasOlder = true;
        }
    }

    private void Revise(RevisedVerdict revised)
    {
        foreach (var listed in _page)
        {
            if (listed.At != revised.At || listed.Verdicts is not { } verdicts)
                continue;
            for (var i = 0; i < verdicts.Length; i++)
            {
                if (verdicts[i].Rule == revised.Rule && IsOpenTo(revised.Outcome, verdicts[i].Outcome))
                    verdicts[i] = verdicts[i] with { Outcome = revised.Outcome };
            }
        }
    }

    // Only what counts can be replaced. What limits had held back proves to be a machine's like the rest of its burst.
    private static bool IsOpenTo(RuleOutcome revised, RuleOutcome outcome) => revised == RuleOutcome.Superseded
        ? outcome == RuleOutcome.Counted
        : outcome is not (RuleOutcome.NoMatch or RuleOutcome.NoNumber);

    private sealed record Listed(
        SignalPosition Position, byte[] Signal, Instant ReceivedAt, Instant At, RuleVerdict[]? Verdicts, bool IsScanner);
}
