using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Signals;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Activation;

/// <summary>
/// Applies entries other than signals to the grain they are about: the same for a live turn and for a replay.
/// </summary>
internal static class EntryApplier
{
    /// <summary>What became of an entry: whether it had its effect, such as a claim that was granted.</summary>
    public static bool Apply(Partition partition, Entry entry, int slot, NodeContext node)
    {
        switch (entry.Kind)
        {
            case Journal.V1.GrainKind.Contact:
                return ApplyToContact(partition, entry, slot, node.ModelOf(partition, GrainKind.Contact, slot));
            case Journal.V1.GrainKind.Account:
                return ApplyTo(partition.Accounts.Find(slot)!, entry, node.ModelOf(partition, GrainKind.Account, slot));
            default:
                if (entry.BodyCase == Entry.BodyOneofCase.ModelActivated)
                    partition.ModelSequence = (long)entry.Sequence;
                return true;
        }
    }

    /// <summary>The same for a signal, whose grain is in memory. Notes that the grain was touched.</summary>
    /// <returns>False where it is a duplicate.</returns>
    public static bool Apply(
        Partition partition, GrainKind kind, int slot, in SignalFacts facts, long sequence, ScoringModel model, Settlement settlement)
    {
        partition.AppliedSequence = sequence;
        Grain grain;
        bool recorded;
        if (kind == GrainKind.Contact)
        {
            var contact = partition.Contacts.Find(slot)!;
            recorded = contact.ApplySignal(facts, sequence, model);
            grain = contact;
        }
        else
        {
            var account = partition.Accounts.Find(slot)!;
            recorded = account.ApplySignal(facts, sequence, model);
            grain = account;
        }

        if (!grain.IsTouched)
            settlement.Touch(partition, grain);
        return recorded;
    }

    private static bool ApplyToContact(Partition partition, Entry entry, int slot, ScoringModel model)
    {
        if (entry.BodyCase == Entry.BodyOneofCase.MergeStarted)
            partition.Redirects.Add(slot, entry.MergeStarted.IntoContactId, pending: true);
        else if (entry.BodyCase == Entry.BodyOneofCase.MergeFinished)
            partition.Redirects.Finish(slot);
        else if (entry.BodyCase == Entry.BodyOneofCase.Erased)
            ApplyErased(partition, entry, slot);
        return ApplyTo(partition.Contacts.Find(slot)!, entry, model);
    }

    // Who was let go of may have come back by an entry that is under way.
    private static void ApplyErased(Partition partition, Entry entry, int slot)
    {
        if (!entry.Erased.MayReturn || partition.Contacts.Columns.LastSequence[slot] == (long)entry.Sequence)
            partition.Redirects.Erase(slot, entry.Erased.MayReturn);
    }

    /// <summary>As for a partition's own contact, to one that no partition needs to hold.</summary>
    public static bool ApplyTo(ContactGrain contact, Entry entry, ScoringModel model)
    {
        var (sequence, receivedAt) = PlaceOf(entry);
        switch (entry.BodyCase)
        {
            case Entry.BodyOneofCase.ContactUpserted:
                return contact.ApplyUpsert(entry.ContactUpserted, sequence, receivedAt, model);
            case Entry.BodyOneofCase.AccountMoved:
                contact.ApplyMove(entry.AccountMoved.FromAccountId, entry.AccountMoved.ToAccountId, sequence, receivedAt, model);
                return true;
            case Entry.BodyOneofCase.MergeStarted:
                contact.ApplyMergeStarted(entry.MergeStarted.IntoContactId, sequence, receivedAt, model);
                return true;
            case Entry.BodyOneofCase.SignalsMerged:
                contact.ApplyMerged(entry.SignalsMerged, sequence, receivedAt, model);
                return true;
            case Entry.BodyOneofCase.MergeFinished:
                contact.ApplyMergeFinished(sequence, receivedAt);
                return true;
            case Entry.BodyOneofCase.Erased:
                contact.ApplyErased(entry.Erased.MayReturn, sequence, receivedAt, model);
                return true;
            case Entry.BodyOneofCase.CompanyMatched:
                contact.ApplyMatch(entry.CompanyMatched.CompanyName, entry.CompanyMatched.AccountId, sequence, receivedAt, model);
                return true;
            case Entry.BodyOneofCase.Reactivated:
                contact.ApplyReactivation(new Instant(entry.Reactivated.AtTicks), sequence, receivedAt);
                return true;
            case Entry.BodyOneofCase.ThresholdCrossed:
                return ApplyCrossing(contact, entry.ThresholdCrossed, model.ContactThresholds, sequence, receivedAt);
            case Entry.BodyOneofCase.StageChanged:
                return ApplyStage(contact, entry.StageChanged, model.ContactStages, sequence, receivedAt);
            default:
                throw Unknown(entry);
        }
    }

    /// <summary>As for a partition's own account, to one that no partition needs to hold.</summary>
    public static bool ApplyTo(AccountGrain account, Entry entry, ScoringModel model)
    {
        var (sequence, receivedAt) = PlaceOf(entry);
        switch (entry.BodyCase)
        {
            case Entry.BodyOneofCase.AccountUpserted:
                return account.ApplyUpsert(entry.AccountUpserted, sequence, receivedAt, model);
            case Entry.BodyOneofCase.DomainClaimed:
                return account.ApplyClaim(entry.DomainClaimed.ByAccountId, entry.DomainClaimed.Pending, sequence, receivedAt);
            case Entry.BodyOneofCase.DomainReleased:
                var release = entry.DomainReleased;
                account.ApplyRelease(release.ByAccountId, (long)release.ClaimSequence, sequence, receivedAt);
                return true;
            case Entry.BodyOneofCase.Reactivated:
                return account.ApplyReactivation(new Instant(entry.Reactivated.AtTicks), sequence, receivedAt);
            case Entry.BodyOneofCase.Surged:
                return account.ApplySurge(new Instant(entry.Surged.AtTicks), entry.Surged.Ended, sequence, receivedAt);
            case Entry.BodyOneofCase.ThresholdCrossed:
                return ApplyCrossing(account, entry.ThresholdCrossed, model.AccountThresholds, sequence, receivedAt);
            case Entry.BodyOneofCase.StageChanged:
                return ApplyStage(account, entry.StageChanged, model.AccountStages, sequence, receivedAt);
            default:
                throw Unknown(entry);
        }
    }

    // A stage that the model no longer has cannot be entered; the sweep finds the right one.
    private static bool ApplyStage(Grain grain, StageChanged change, StageLadder ladder, long sequence, Instant receivedAt) =>
        grain.ApplyStage(
            ladder, ladder.IndexOf(change.FromStage), ladder.IndexOf(change.ToStage), new Instant(change.AtTicks), sequence, receivedAt);

    private static bool ApplyCrossing(Grain grain, ThresholdCrossed crossing, ThresholdSet thresholds, long sequence, Instant receivedAt) =>
        grain.ApplyCrossing(thresholds.IndexOf(crossing.Threshold), crossing.Reached, sequence, receivedAt);

    private static (long Sequence, Instant ReceivedAt) PlaceOf(Entry entry) => ((long)entry.Sequence, new Instant(entry.ReceivedAtTicks));

    private static InvalidDataException Unknown(Entry entry) =>
        new($"Entry {entry.Sequence} has a body that this program does not know ({entry.BodyCase}). Was it written by a newer one?");
}
