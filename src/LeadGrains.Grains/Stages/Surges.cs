using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Partitions;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Stages;

/// <summary>
/// Proposes that an account began to surge, and that it surges no more, so that each rise is told once, also over a
/// restart. Accounts whose points changed are looked at once a second; all of them after a start and when a UTC day
/// begins, since that alone moves the two weeks that are compared.
/// </summary>
internal sealed class Surges(PartitionLoop loop, Proposals proposals)
{
    private const int PerStep = 4_096;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    // Partitions whose accounts are all to be looked at, and whether the model made that due.
    private readonly Queue<(Partition Partition, bool ByModel)> _whole = new();
    private readonly Queue<(Partition Partition, int Slot)> _changed = new();
    private int _slot;
    private long _day;
    private Instant _nextLook = Instant.Min;

    /// <summary>The partition's accounts have what their contacts contribute: each is looked at once.</summary>
    public void Complete(Partition partition, bool byModel)
    {
        if (loop.Node.Models.HasSurges)
            _whole.Enqueue((partition, byModel));
    }

    /// <summary>Looks at some; false where there is none to look at.</summary>
    public bool Run(Instant now)
    {
        if (!loop.Node.Models.HasSurges || proposals.IsFull)
            return false;
        if (now >= _nextLook)
            Gather(now);
        if (_whole.Count == 0 && _changed.Count == 0)
            return false;
        var left = LookAtAll(PerStep, now);
        for (; left > 0 && _whole.Count == 0 && _changed.TryDequeue(out var account); left--)
            Look(account.Partition, account.Slot, now, silent: false);
        return true;
    }

    private void Gather(Instant now)
    {
        _nextLook = now + BetweenLooks;
        var isNewDay = _day != 0 && now.UtcDay != _day;
        _day = now.UtcDay;
        foreach (var partition in loop.Partitions)
        {
            if (!partition.IsComplete)
                continue;
            if (isNewDay)
                _whole.Enqueue((partition, ByModel: false));
            foreach (var slot in partition.News.MayHaveSurged.Take())
                _changed.Enqueue((partition, slot));
        }
    }

    private bool IsSilent((Partition Partition, bool ByModel) whole, int slot) =>
        whole.ByModel && loop.Node.IsSilent && loop.Node.IsRescored(whole.Partition.WorkspaceOf(GrainKind.Account, slot));

    private int LookAtAll(int atMost, Instant now)
    {
        while (atMost > 0 && _whole.TryPeek(out var next))
        {
            if (_slot < next.Partition.Accounts.Keys.Slots && !next.Partition.IsGone)
            {
                Look(next.Partition, _slot++, now, IsSilent(next, _slot - 1));
                atMost--;
                continue;
            }

            _whole.Dequeue();
            _slot = 0;
        }

        return atMost;
    }

    private void Look(Partition partition, int slot, Instant now, bool silent)
    {
        if (partition.IsGone || partition.Accounts.Columns.ModelOf(slot).Surge is not { } surge || proposals.IsSurgeOut(partition, slot))
            return;
        var formula = partition.FormulaAt(GrainKind.Account, now);
        var (gained, before) = partition.IsKnownAccount(slot) ? formula.WeeksOf(slot) : (0, 0);
        var surges = surge.IsReached(gained, before);
        if (surges == partition.News.Surging.Contains(slot))
            return;
        proposals.ProposeSurge(partition, slot, new Surged
        {
            AtTicks = now.Ticks,
            Ended = !surges,
            Gained = gained,
            Before = before,
            Silent = silent,
            Score = ScoreCodec.Of(formula.ScoreOf(slot), now, loop.Node.Served.VersionOf(partition.WorkspaceOf(GrainKind.Account, slot))),
        });
    }
}
