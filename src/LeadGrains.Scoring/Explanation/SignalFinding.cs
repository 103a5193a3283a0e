namespace LeadGrains.Scoring;

/// <summary>What became of one signal, for programs and for people.</summary>
/// <param name="Outcome">In one word.</param>
/// <param name="Rules">Names of the rules that counted it, as the model orders them.</param>
/// <param name="Reason">Why it counts nowhere, or not by every rule that it matches; empty where there is nothing to say.</param>
public sealed record SignalFinding(SignalOutcome Outcome, IReadOnlyList<string> Rules, string Reason)
{
    /// <summary>Of a signal that had been recorded before.</summary>
    public static SignalFinding Duplicate { get; } = new(SignalOutcome.Duplicate, [], "recorded before");

    /// <summary>Of a signal that the rules looked at.</summary>
    /// <param name="model">The model that it was scored under.</param>
    /// <param name="verdicts">One for each rule on the signal's type.</param>
    /// <param name="isScanner">A machine sent it, by its user agent.</param>
    /// <param name="at">Its scoring instant.</param>
    /// <param name="windows">What the windowed rules keep now.</param>
    public static SignalFinding Of(
        ScoringModel model, IReadOnlyList<RuleVerdict> verdicts, bool isScanner, Instant at, in WindowStates windows)
    {
        var now = verdicts.ToArray();
        foreach (ref var verdict in now.AsSpan())
        {
            if (verdict.Outcome == RuleOutcome.Counted && IsWaiting(model.Rules[verdict.Rule], at, windows))
                verdict = verdict with { Outcome = RuleOutcome.Waiting };
        }

        return Of(model, now, isScanner);
    }

    private static SignalFinding Of(ScoringModel model, RuleVerdict[] verdicts, bool isScanner)
    {
        var outcome = OutcomeOf(verdicts);
        var counted = verdicts.Where(verdict => verdict.Outcome == RuleOutcome.Counted).Select(verdict => model.Rules[verdict.Rule].Name);
        var reason = outcome switch
        {
            SignalOutcome.NoRule => "no rule looks at this type of signal",
            SignalOutcome.NoMatch => "no rule's conditions hold",
            SignalOutcome.Machine => Machine(model, isScanner),
            _ => string.Join("; ", verdicts.Where(IsHeld).Select(verdict =>
                $"{model.Rules[verdict.Rule].Name}: {(verdict.Outcome == RuleOutcome.Machine ? Machine(model, isScanner) : PartReasons.OfHeld(model.Rules[verdict.Rule], verdict.Outcome))}")),
        };
        return new SignalFinding(outcome, [.. counted], reason);
    }

    // Of several at one instant nobody can tell which an award used: then none is said to wait.
    private static bool IsWaiting(ScoringRule rule, Instant at, in WindowStates windows)
    {
        if (rule.Window is not { GivesAwards: true })
            return false;
        for (var i = 0; i < windows.Count; i++)
        {
            if (windows[i].Rule == rule.Index)
                return IsFree(windows[i].Signals, at);
        }

        return false;
    }

    private static bool IsFree(ReadOnlySpan<KeptSignal> kept, Instant at)
    {
        var isKept = false;
        foreach (var signal in kept)
        {
            if (signal.At != at)
                continue;
            if (signal.Use != SignalUse.Free)
                return false;
            isKept = true;
        }

        return isKept;
    }

    private static SignalOutcome OutcomeOf(RuleVerdict[] verdicts)
    {
        if (verdicts.Length == 0)
            return SignalOutcome.NoRule;
        if (verdicts.Any(verdict => verdict.Outcome == RuleOutcome.Counted))
            return SignalOutcome.Counted;
        if (verdicts.Any(verdict => verdict.Outcome == RuleOutcome.Machine))
            return SignalOutcome.Machine;
        if (verdicts.Any(verdict => verdict.Outcome == RuleOutcome.Waiting))
            return SignalOutcome.Waiting;
        return verdicts.Any(IsHeld) ? SignalOutcome.Limited : SignalOutcome.NoMatch;
    }

    private static bool IsHeld(RuleVerdict verdict) =>
        verdict.Outcome is not (RuleOutcome.Counted or RuleOutcome.NoMatch or RuleOutcome.NoNumber);

    private static string Machine(ScoringModel model, bool isScanner) =>
        isScanner ? PartReasons.Scanner : PartReasons.OfBurst(model.Machines!.Burst!);
}
