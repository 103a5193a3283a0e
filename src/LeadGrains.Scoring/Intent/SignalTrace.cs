namespace LeadGrains.Scoring;

/// <summary>What became of one signal. Filled by <see cref="IntentState.Apply"/> for whoever asks; scoring needs none.</summary>
public sealed class SignalTrace
{
    private readonly List<RuleVerdict> _verdicts = [];
    private readonly List<RevisedVerdict> _revised = [];

    /// <summary>One for each rule on the signal's type, as the model orders them.</summary>
    public IReadOnlyList<RuleVerdict> Verdicts => _verdicts;

    /// <summary>Verdicts on signals before it that this one changed.</summary>
    public IReadOnlyList<RevisedVerdict> Revised => _revised;

    /// <summary>A machine sent it, by its user agent; not set by a burst.</summary>
    public bool IsScanner { get; internal set; }

    internal void Clear()
    {
        IsScanner = false;
        _verdicts.Clear();
        _revised.Clear();
    }

    internal void Add(ScoringRule rule, RuleOutcome outcome) => _verdicts.Add(new RuleVerdict(rule.Index, outcome));

    internal void Revise(RevisedVerdict revised) => _revised.Add(revised);
}
