using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Stages;

/// <summary>
/// What time does: stages and thresholds that decay has left or entered, accounts that woke up or surge, landmarks and days that have moved on, account sums that
/// are due to be summed anew, and contacts that have not followed a claimed domain. A little in each step, so that
/// the loop's turns are not held up.
/// </summary>
internal sealed class StageSweep(PartitionLoop loop, Proposals proposals)
{
    private const int PerStep = 512;

    private static readonly TimeSpan ClockInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WithdrawnAge = TimeSpan.FromHours(1);

    private readonly WakeUps _wakeUps = new(loop, proposals);
    private readonly Surges _surges = new(loop, proposals);
    private readonly StageEvaluation _stages = new(loop.Node, proposals);
    private readonly Queue<(Partition Partition, RankColumns Columns, GuardSweep Guards)> _left = new();
    private Instant _nextSweep = Instant.Min;
    private Instant _nextClock = Instant.Min;

    /// <summary>Does the next step where there is one.</summary>
    public bool Run(Instant now)
    {
        FollowClock(now);
        var progressed = Recompute();
        if (_left.Count == 0 && now >= _nextSweep && (loop.Map.MayMove || loop.Partitions.All(partition => partition.IsComplete)))
            Begin(now);
        return SweepSome(now) | _wakeUps.Run(now) | _surges.Run(now) | progressed;
    }

    /// <summary>The partition's accounts have what their contacts contribute: stages, wake-ups and surges are caught up with.</summary>
    /// <param name="partition">Which.</param>
    /// <param name="byModel">What is due is so because another model was published.</param>
    public void Complete(Partition partition, bool byModel)
    {
        _surges.Complete(partition, byModel);
        _wakeUps.Complete(partition, byModel);
        _nextSweep = Instant.Min;
    }

    /// <summary>
    /// Moves landmarks and days on, once a second. Sums must not be stated relative to landmarks far behind them: from
    /// some 1,000 half-lives on, as after a jump of the clock, they would be infinite.
    /// </summary>
    public void FollowClock(Instant now)
    {
        if (now >= _nextClock)
            FollowClockNow(now);
    }

    /// <inheritdoc cref="FollowClock"/>
    public void FollowClockNow(Instant now)
    {
        _nextClock = now + ClockInterval;
        foreach (var partition in loop.Partitions)
        {
            partition.Contacts.Columns.AdvanceTo(now);
            partition.Accounts.Columns.AdvanceTo(now);
            partition.Contributions.ForgetWithdrawn(now + -WithdrawnAge);
        }
    }

    private bool Recompute()
    {
        var any = false;
        foreach (var partition in loop.Partitions)
        {
            if (!partition.Contributions.HasDue)
                continue;
            partition.Contributions.RecomputeDue();
            any = true;
        }

        return any;
    }

    private void Begin(Instant now)
    {
        _nextSweep = now + loop.Node.Options.SweepInterval;
        foreach (var partition in loop.Partitions)
        {
            _left.Enqueue((partition, partition.Contacts.Columns, new GuardSweep(partition.Contacts.Columns)));
            if (!partition.IsComplete)
                continue;
            _left.Enqueue((partition, partition.Accounts.Columns, new GuardSweep(partition.Accounts.Columns)));
            foreach (var (slot, claimant) in partition.Claimants)
            {
                if (partition.Contributions.CountOf(slot) > 0)
                    loop.Outbox.MoveAway(partition, slot, claimant);
            }
        }
    }

    private bool SweepSome(Instant now)
    {
        if (_left.Count == 0 || proposals.IsFull)
            return false;
        var (partition, columns, guards) = _left.Peek();
        if (partition.IsGone)
        {
            _left.Dequeue();
            return true;
        }

        Span<int> due = stackalloc int[PerStep];
        var found = guards.Find(now, due);
        var formula = partition.FormulaAt(columns.Kind, now);
        foreach (var slot in due[..found])
        {
            if (!proposals.IsStandingOut(partition, columns.Kind, slot))
                _stages.Run(partition, columns, formula, slot, StageCause.Decay);
        }

        if (found < PerStep)
            _left.Dequeue();
        return true;
    }
}
