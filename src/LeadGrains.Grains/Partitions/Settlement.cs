using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Contacts;
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
internal sealed class Settlement(NodeContext node, Outbox outbox, Proposals proposals)
{
    private readonly List<(Partition Partition, Grain Grain)> _touched = [];
    private readonly StageEvaluation _stages = new(node, proposals);
    private readonly double[] _sums = new double[node.Model.Columns.Length];

    /// <summary>While the journal is replayed nothing is proposed, and everything is owed afterwards anyway.</summary>
    public bool IsReplaying { get; set; }

    public void Touch(Partition partition, Grain grain)
    {
        grain.IsTouched = true;
        _touched.Add((partition, grain));
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
    }

    /// <summary>Looks at the stages of accounts whose contributions have changed.</summary>
    public void LookAtAccount(Partition partition, int slot, Instant now)
    {
        partition.MarkChanged(slot);
        Look(partition, partition.Accounts.Columns, slot, now);
    }

    private void Settle(Partition partition, ContactGrain contact, Instant now)
    {
        var columns = partition.Contacts.Columns;
        var slot = contact.Slot;
        partition.Contacts.MarkDirty(contact);
        TakeStage(columns, slot, contact.Stage);
        if (!contact.ScoreChanged)
        {
            Look(partition, columns, slot, now);
            return;
        }

        contact.Intent.SumsInto(node.Model, columns.Sums.Landmarks, _sums);
        if (contact.TraitsChanged || Falls(columns.Sums, slot))
            StageEvaluation.Reset(columns, slot);
        columns.SetPoints(slot, _sums, contact.LastSignalAt, contact.Intent.Velocity);
        columns.SetFlags(slot, RankFlags.HasEntry, on: true);
        if (contact.TraitsChanged)
        {
            columns.Fit[slot] = contact.Fit;
            columns.SetTraits(slot, contact.Traits);
            columns.SetFlags(slot, RankFlags.Disqualified, contact.Disqualifier is not null);
            partition.Links.Weight[slot] = contact.RoleWeight;
        }

        partition.Links.EngagedAt[slot] = contact.EngagedAt.Ticks;
        if (IsReplaying)
            partition.LinkAccount(contact);
        else
            outbox.Owe(partition, contact);
        Look(partition, columns, slot, now);
    }

    private void Settle(Partition partition, AccountGrain account, Instant now)
    {
        var columns = partition.Accounts.Columns;
        var slot = account.Slot;
        partition.Accounts.MarkDirty(account);
        TakeStage(columns, slot, account.Stage);
        if (account.ScoreChanged)
        {
            account.Intent.SumsInto(node.Model, columns.Sums.Landmarks, _sums);
            columns.SetPoints(slot, _sums, account.LastSignalAt, account.Intent.Velocity);
            columns.SetFlags(slot, RankFlags.HasEntry, account.HasEntry);
            columns.SetFlags(slot, RankFlags.Disqualified, account.Disqualifier is not null);
            columns.Fit[slot] = account.Fit;
            columns.SetTraits(slot, account.Traits);
            if (account.Name.Length > 0)
                partition.AccountNames[slot] = account.Name;
            TakeClaim(partition, slot, account.Claimant);
            StageEvaluation.Reset(columns, slot);
        }

        Look(partition, columns, slot, now);
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
        if (isNew && !IsReplaying)
            outbox.MoveAway(partition, slot, claimedBy);
    }

    // A stage that was proposed has come, or something else took its place: the grain may be looked at again.
    private static void TakeStage(RankColumns columns, int slot, byte stage)
    {
        if (columns.Stage[slot] == stage)
            return;
        columns.Stage[slot] = stage;
        StageEvaluation.Reset(columns, slot);
    }

    // Sums are relative to a landmark: time alone leaves them as they are, so that only signals make them smaller.
    private bool Falls(DecaySums sums, int slot)
    {
        for (var i = 0; i < _sums.Length; i++)
        {
            if (_sums[i] < sums[i][slot])
                return true;
        }

        return false;
    }

    private void Look(Partition partition, RankColumns columns, int slot, Instant now)
    {
        if (IsReplaying || (columns.IsAccount && !node.IsRollupComplete))
            return;
        var formula = partition.FormulaAt(columns.Kind, now);
        if (StageEvaluation.IsDue(columns, slot, formula.PointsOf(slot), now) && !proposals.IsStageOut(partition, columns.Kind, slot))
            _stages.Run(partition, columns, formula, slot, StageCause.Activity);
    }
}
