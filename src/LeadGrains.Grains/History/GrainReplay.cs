using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Signals;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.History;

/// <summary>
/// Makes a grain what it was at an instant: everything of it that had been received by then, applied in the order of
/// the journal to a grain of its own that no partition knows. Whoever was received by then may stand behind somebody
/// who was not, since receiving times are stamped before entries are put in order.
/// </summary>
internal static class GrainReplay
{
    /// <summary>The contact; null where nothing of it had been received.</summary>
    public static PastGrain<ContactGrain>? OfContact(ContactGrain contact, IEnumerable<HistoryEntry> oldestFirst, ScoringModel model, Instant upTo)
    {
        contact.FollowTraits(model);
        return Run(
            contact, oldestFirst, upTo,
            (in SignalFacts facts, long sequence) => contact.ApplySignal(facts, sequence, model),
            entry => EntryApplier.ApplyTo(contact, entry, model));
    }

    /// <summary>The account, from its own entries; null where nothing of it had been received.</summary>
    public static PastGrain<AccountGrain>? OfAccount(int slot, IEnumerable<HistoryEntry> oldestFirst, ScoringModel model, Instant upTo)
    {
        var account = new AccountGrain(slot);
        account.FollowTraits(model);
        return Run(
            account, oldestFirst, upTo,
            (in SignalFacts facts, long sequence) => account.ApplySignal(facts, sequence, model),
            entry => EntryApplier.ApplyTo(account, entry, model));
    }

    private static PastGrain<TGrain>? Run<TGrain>(
        TGrain grain, IEnumerable<HistoryEntry> oldestFirst, Instant upTo, SignalApplied applySignal, Action<Entry> apply)
        where TGrain : Grain
    {
        var scoredAt = Instant.Min;
        foreach (var stored in oldestFirst)
        {
            var entry = stored.View;
            if (entry.ReceivedAt > upTo)
                continue;
            if (entry.BodyCase == Entry.BodyOneofCase.Signal)
                applySignal(SignalFacts.Of(SignalView.Of(entry), entry.ReceivedAt), entry.Sequence);
            else if (entry.IsRemovedSignal)
                grain.PassOver(entry.Sequence, entry.ReceivedAt);
            else
                apply(entry.Parse());
            if (scoredAt == Instant.Min || grain.ScoreChanged)
                scoredAt = Instant.Later(scoredAt, entry.ReceivedAt);
            grain.ScoreChanged = false;
        }

        if (grain.LastSequence == 0)
            return null;
        grain.ScoreChanged = true;
        return new PastGrain<TGrain>(grain, scoredAt);
    }

    private delegate void SignalApplied(in SignalFacts facts, long sequence);
}

/// <summary>A grain as it was.</summary>
/// <param name="Grain">Its own state then; no partition of the node holds it.</param>
/// <param name="ScoredAt">When the last entry came that changed its score: the columns were stated anew then.</param>
internal sealed record PastGrain<TGrain>(TGrain Grain, Instant ScoredAt)
    where TGrain : Grain;
