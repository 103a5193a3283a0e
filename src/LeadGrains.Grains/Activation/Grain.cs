using LeadGrains.Grains.Seen;
using LeadGrains.Grains.Signals;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Activation;

/// <summary>
/// The live instance of a contact or account: the state that its own entries made. Touched only by the loop that
/// drives its partition, and changed only by applying journalled entries.
/// </summary>
internal abstract class Grain(int slot, ListArena? arena)
{
    private static readonly Dictionary<string, TraitValue> NoTraits = new(0, StringComparer.Ordinal);

    /// <summary>Where the partition's resident tables keep it.</summary>
    public int Slot { get; } = slot;

    /// <summary>Sequence of the entry applied last; 0 before the first. Entries at or below it are skipped.</summary>
    public long LastSequence { get; set; }

    /// <summary>The newest receiving time of the entries applied: a clock that was set back does not take it back.</summary>
    public Instant LastReceivedAt { get; set; } = Instant.Min;

    /// <summary>What is known of it. Shared and empty until the first trait comes.</summary>
    public Dictionary<string, TraitValue> Traits { get; private set; } = NoTraits;

    /// <summary>When the traits were told, and those that are gone; null where that is not known of any.</summary>
    public TraitDates? TraitDates { get; set; }

    /// <summary>Its own decaying points.</summary>
    public IntentState Intent { get; set; } = new(arena);

    /// <summary>The signals that it remembers, against duplicates.</summary>
    public SeenSignals Seen { get; set; } = new(arena);

    /// <summary>Recorded signals, duplicates not counted.</summary>
    public ulong SignalCount { get; set; }

    /// <summary>Signals that had been recorded before.</summary>
    public ulong DuplicateCount { get; set; }

    /// <summary>The newest scoring instant, known scanners left out; <see cref="Instant.Min"/> for none.</summary>
    public Instant LastSignalAt { get; set; } = Instant.Min;

    /// <summary>The stretch of activity that its newest signal belongs to.</summary>
    public ActivityRun Run { get; set; } = ActivityRun.None;

    /// <summary>The held stage, as the model's ladder numbers them.</summary>
    public byte Stage { get; set; }

    /// <summary>The thresholds that it has reached, by their places among the model's.</summary>
    public byte Reached { get; set; }

    /// <summary>What disqualifies it; null where nothing does. Follows the traits.</summary>
    public Disqualifier? Disqualifier { get; protected set; }

    /// <summary>When it fell below stages that it may not enter again for a time.</summary>
    public StageExits StageExits { get; set; } = StageExits.None;

    /// <summary>The turn that last needed it in memory. Later turns keep it from being evicted.</summary>
    public long LastTurn { get; set; }

    /// <summary>The <see cref="LastTurn"/> at which eviction spared it.</summary>
    public long SparedTurn { get; set; } = -1;

    /// <summary>Whether it is on its partition's list of grains to settle after the turn.</summary>
    public bool IsTouched { get; set; }

    /// <summary>Whether what it contributes or is ranked by has changed since it was settled.</summary>
    public bool ScoreChanged { get; set; }

    /// <summary>Whether its traits have changed since it was settled, and with them what follows from them.</summary>
    public bool TraitsChanged { get; set; } = true;

    /// <summary>Whether entries were applied that its row does not hold.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Where the store has its row; 0 where that is not known.</summary>
    public long RowPlace { get; set; }

    /// <summary>Whether its row is on its way to the store.</summary>
    public bool IsBeingWritten { get; set; }

    /// <summary>Has the processor fetch the parts of it, once the object itself is there.</summary>
    public virtual void FetchParts()
    {
        CacheLine.Fetch(Intent, lines: 5);
        CacheLine.Fetch(Seen, lines: 1);
    }

    /// <summary>Has the processor fetch where its traits are, once the object itself is there.</summary>
    public void FetchTraits() => CacheLine.Fetch(Traits, lines: 2);

    /// <summary>Has the processor fetch what the parts hold, once they are there.</summary>
    public virtual void FetchContents()
    {
        Intent.Fetch();
        Seen.Fetch();
    }

    /// <summary>Takes over those changes that are at least as new as what was told of their traits before.</summary>
    /// <returns>False, with nothing changed, where there would be more than <see cref="Limits.TraitsPerGrain"/>.</returns>
    public bool ApplyTraits(IEnumerable<TraitEdit> edits, Instant at)
    {
        List<TraitEdit> taken = [.. edits.Where(edit => at >= ToldAt(edit.Name))];
        if (CountAfter(taken) > Limits.TraitsPerGrain)
            return false;
        if (taken.Count == 0)
            return true;
        TraitsChanged = true;
        var dates = TraitDates ??= new TraitDates();
        foreach (var edit in taken)
        {
            if (edit.Value is null)
            {
                Traits.Remove(edit.Name);
                dates.Remove(edit.Name, at);
            }
            else
            {
                dates.Set(edit.Name, at, Traits.Count);
                SetTrait(edit.Name, edit.Value);
            }
        }

        dates.Settle(Traits.Count);
        return true;
    }

    /// <summary>When a trait was told or taken away; <see cref="Instant.Epoch"/> where neither is known.</summary>
    public Instant ToldAt(string trait) => TraitDates?.Of(trait, Traits.ContainsKey(trait)) ?? Instant.Epoch;

    /// <summary>
    /// The instant that an upsert counts as told at, once it has been advanced to: the one that it names, though never one
    /// ahead; else that of its receiving, so that it is at least as new as all before.
    /// </summary>
    protected Instant ToldAt(bool isDated, long asOfTicks) => Instant.Later(
        Instant.Epoch, isDated ? Instant.Earlier(new Instant(asOfTicks), LastReceivedAt) : LastReceivedAt);

    public void SetTrait(string name, TraitValue value)
    {
        if (ReferenceEquals(Traits, NoTraits))
            Traits = new Dictionary<string, TraitValue>(StringComparer.Ordinal);
        Traits[name] = value;
    }

    /// <summary>Takes the stage only where the one it was proposed from is still held.</summary>
    /// <returns>Whether it was held.</returns>
    public bool ApplyStage(StageLadder ladder, int from, int to, Instant at, long sequence, Instant receivedAt)
    {
        Advance(sequence, receivedAt);
        if (Stage != from || to < 0)
            return false;
        StageExits = StageExits.After(ladder, from, to, at);
        Stage = (byte)to;
        return true;
    }

    /// <summary>Stands on the other side of a threshold, unless it does already. One that the model does not have changes nothing.</summary>
    /// <returns>Whether it changed sides.</returns>
    public bool ApplyCrossing(int threshold, bool reached, long sequence, Instant receivedAt)
    {
        Advance(sequence, receivedAt);
        if (threshold < 0 || ThresholdSet.Has(Reached, threshold) == reached)
            return false;
        Reached = ThresholdSet.Turned(Reached, threshold);
        return true;
    }

    /// <summary>Lets go of everything that entries have made of it.</summary>
    protected void Forget()
    {
        Traits = NoTraits;
        TraitDates = null;
        Intent.Release();
        Intent = new IntentState(arena);
        Seen.Clear();
        SignalCount = 0;
        DuplicateCount = 0;
        LastSignalAt = Instant.Min;
        Run = ActivityRun.None;
        Stage = 0;
        Reached = 0;
        StageExits = StageExits.None;
        ScoreChanged = true;
        TraitsChanged = true;
    }

    /// <summary>Gives the room of its lists back. It is used no more.</summary>
    public void Release()
    {
        Intent.Release();
        Seen.Release();
    }

    /// <summary>Notes that a signal was there which is kept no more.</summary>
    public void PassOver(long sequence, Instant receivedAt) => Advance(sequence, receivedAt);

    /// <summary>Notes that an entry was applied, whatever it changed.</summary>
    protected void Advance(long sequence, Instant receivedAt)
    {
        LastSequence = sequence;
        LastReceivedAt = Instant.Later(LastReceivedAt, receivedAt);
    }

    /// <summary>Remembers a signal, or counts it as one that was recorded before.</summary>
    protected bool IsDuplicate(in SignalFacts signal)
    {
        if (Seen.TryAdd(signal.SeenHash, signal.ReceivedAt))
            return false;
        DuplicateCount++;
        return true;
    }

    /// <summary>Counts a signal that was scored. What a scanner sent makes nobody active, and wakes nobody up.</summary>
    /// <returns>Whether it ended a dormant time.</returns>
    protected bool CountSignal(Instant scoringInstant, in SignalEffect effect, ScoringModel model)
    {
        SignalCount++;
        ScoreChanged = true;
        if (scoringInstant <= LastSignalAt || effect.IsScanner)
            return false;
        Run = Run.With(LastSignalAt, scoringInstant, model.DormantAfter);
        LastSignalAt = scoringInstant;
        return Run.WokeUpAt == scoringInstant;
    }

    private int CountAfter(List<TraitEdit> edits)
    {
        if (Traits.Count + edits.Count <= Limits.TraitsPerGrain)
            return Traits.Count;
        var names = new HashSet<string>(Traits.Keys, StringComparer.Ordinal);
        foreach (var edit in edits)
        {
            if (edit.Value is null)
                names.Remove(edit.Name);
            else
                names.Add(edit.Name);
        }

        return names.Count;
    }
}
