using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Names;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Rollup;
using LeadGrains.Grains.Stages;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Partitions;

/// <summary>
/// Once a turn has been applied: brings the ranking columns of the grains that it touched up to date, once for each
/// grain however many of its entries there were, notes what they owe their accounts, and looks at their stages.
/// </summary>
internal sealed class Settlement(NodeContext node, Outbox outbox, NameOutbox names, Proposals proposals)
{
    private readonly List<(Partition Partition, Grain Grain)> _touched = [];
    private readonly StageEvaluation _stages = new(node, proposals);
    private readonly ColumnWriter _columns = new(node.Models.Set.Columns.Length);
    private readonly bool _notesPoints = node.Models.HasSurges;

    /// <summary>Nothing is proposed unless it serves; while the journal is replayed everything is owed afterwards anyway.</summary>
    public LoopDuty Duty { get; set; }

    /// <summary>Grains that wait to be settled.</summary>
    public int Waiting => _touched.Count;

    public void Touch(Partition partition, Grain grain)
    {
        grain.IsTouched = true;
        _touched.Add((partition, grain));
    }

    /// <summary>Notes that an entry was applied to the grain.</summary>
    public void Touch(Partition partition, GrainKind kind, int slot)
    {
        if (slot >= 0 && partition.FindGrain(kind, slot) is { IsTouched: false } grain)
            Touch(partition, grain);
    }

    public void Run(Instant now)
    {
        if (_touched.Count == 0)
            return;
        foreach (var (partition, grain) in _touched)
        {
            grain.IsTouched = false;
            if (grain is ContactGrain contact)
                Settle(partition, contact, now);
            else
                Settle(partition, (AccountGrain)grain, now);
            grain.ScoreChanged = false;
            grain.TraitsChanged = false;
        }

        _touched.Clear();
        if (Duty != LoopDuty.Replay)
            outbox.RollUp(now);
    }

    /// <summary>Looks at the stages of accounts whose contributions have changed.</summary>
    public void LookAtAccount(Partition partition, int slot, Instant now)
    {
        outbox.Parents.Owe(partition, slot);
        LookAtParent(partition, slot, now);
    }

    /// <summary>Looks at the stages of an account whose subsidiaries bring other points than before. Its own parent gets nothing of these.</summary>
    public void LookAtParent(Partition partition, int slot, Instant now)
    {
        partition.Changed.Mark(slot);
        NotePoints(partition, slot);
        Look(partition, partition.Accounts.Columns, slot, now);
    }

    /// <summary>Has an account looked at that may have woken up.</summary>
    /// <param name="partition">The account's.</param>
    /// <param name="slot">Its slot there.</param>
    /// <param name="before">Its newest signal until now; null before the first.</param>
    /// <param name="at">The newest signal of the contact, or of its own, that the change came with; the earliest of all for none.</param>
    /// <param name="lostSignals">A contact has left it that had signals.</param>
    public void NoteActivity(Partition partition, int slot, Instant? before, Instant at, bool lostSignals)
    {
        if (Duty != LoopDuty.Serve || !partition.IsComplete || !node.Models.HasDormancy)
            return;
        var columns = partition.Accounts.Columns;
        var dormantAfter = columns.ModelOf(slot).DormantAfter;
        if (dormantAfter == TimeSpan.MaxValue)
            return;
        var mayHave = columns.Own.HasShare(slot)
            ? partition.ParentActivity.Note(slot, at, lostSignals, dormantAfter)
            : lostSignals || (before is { } known && columns.LastSignalAt(slot) is { } last && last - known >= dormantAfter);
        if (mayHave)
            partition.News.MayHaveWoken.Add(slot);
    }

    // Accounts that a start or another model brings are all looked at anyway.
    private void NotePoints(Partition partition, int slot)
    {
        if (_notesPoints && Duty == LoopDuty.Serve)
            partition.News.MayHaveSurged.Mark(slot);
    }

    private void Settle(Partition partition, ContactGrain contact, Instant now)
    {
        partition.Contacts.MarkDirty(contact);
        _columns.Write(partition, contact, contact.ScoreChanged ? contact.Intent.TakeChangedGroups() : default);
        if (contact.ScoreChanged && Duty == LoopDuty.Replay)
            Link(partition, contact);
        else if (contact.ScoreChanged)
            outbox.Owe(partition, contact);
        NoteWakeUp(partition, contact, now);
        Look(partition, partition.Contacts.Columns, contact.Slot, now);
    }

    // What is longer ago than a contact sleeps until it counts as asleep, as in a history that is imported or that was not
    // looked at for wake-ups before, is nothing that anybody could act upon.
    private static void NoteWakeUp(Partition partition, ContactGrain contact, Instant now)
    {
        if (contact.IsWakeUpDue && now - contact.Run.BeganAt < partition.Contacts.Columns.ModelOf(contact.Slot).DormantAfter)
            partition.Woken.Add(contact.Slot, contact.Run);
        else
            partition.Woken.Remove(contact.Slot);
    }

    private void Settle(Partition partition, AccountGrain account, Instant now)
    {
        partition.Accounts.MarkDirty(account);
        var before = partition.Accounts.Columns.LastSignalAt(account.Slot);
        _columns.Write(partition, account);
        NoteActivity(partition, account.Slot, before, partition.Accounts.Columns.Own.OwnLastSignalAt(account.Slot), lostSignals: false);
        if (account.ScoreChanged)
        {
            NotePoints(partition, account.Slot);
            TakeClaim(partition, account.Slot, account.Claimant);
            TakeNames(partition, account);
            if (Duty == LoopDuty.Replay)
                partition.Parents.Link(account.Slot, account.ParentId);
            else
                outbox.Parents.Follow(partition, account.Slot, account.ParentId);
        }

        Look(partition, partition.Accounts.Columns, account.Slot, now);
    }

    // Whoever is owed or asked something is so after the replay, all at once.
    private static void Link(Partition partition, ContactGrain contact)
    {
        partition.LinkAccount(contact);
        partition.Names.Sought.Replace(contact.Slot, contact.Membership.SoughtName);
        contact.LinkedName = contact.Membership.SoughtName;
    }

    // The names of an account whose contacts move on lead to the one that they move on to.
    private void TakeNames(Partition partition, AccountGrain account)
    {
        var claimant = partition.Claimants.GetValueOrDefault(account.Slot, "");
        if (Duty == LoopDuty.Serve)
            names.State(partition, account, claimant);
        else
            partition.Names.Accounts.Take(account.Slot, account.Name, account.NameKeysBesideName, claimant);
    }

    /// <summary>An account named as a domain that another holds is not ranked, and its contacts move on.</summary>
    public void TakeClaim(Partition partition, int slot, string claimedBy)
    {
        var isClaimed = claimedBy.Length > 0 && claimedBy != partition.IdOf(GrainKind.Account, slot);
        partition.Accounts.Columns.SetFlags(slot, RankFlags.Claimed, isClaimed);
        if (!isClaimed)
        {
            partition.Claimants.Remove(slot);
            return;
        }

        // Told once here; the sweep sees to those who have not followed.
        var isNew = !partition.Claimants.TryGetValue(slot, out var known) || known != claimedBy;
        partition.Claimants[slot] = claimedBy;
        if (isNew && Duty == LoopDuty.Serve)
            outbox.MoveAway(partition, slot, claimedBy);
    }

    private void Look(Partition partition, RankColumns columns, int slot, Instant now)
    {
        if (Duty != LoopDuty.Serve || (columns.IsAccount && !partition.IsComplete) || columns.Has(slot, RankFlags.Redirect))
            return;
        var formula = partition.FormulaAt(columns.Kind, now);
        if (StageEvaluation.IsDue(columns, slot, formula.PointsOf(slot), now) && !proposals.IsStandingOut(partition, columns.Kind, slot))
            _stages.Run(partition, columns, formula, slot, StageCause.Activity);
    }
}
