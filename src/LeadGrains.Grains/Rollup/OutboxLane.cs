using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>What a loop's contacts owe to the accounts of one lane. One delivery is under way at a time.</summary>
internal sealed class OutboxLane(PartitionLoop loop, int lane)
{
    /// <summary>Contributions of one delivery at most.</summary>
    private const int PerDelivery = 8_192;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly Queue<(Partition Partition, int Slot)> _owed = new();
    private readonly Queue<(Partition Partition, int Slot, FormerAccount Account)> _withdrawals = new();
    private readonly Delivery _delivery = new(loop, lane, loop.Node.Models.Set.Columns.Length);

    private readonly LaneMarks _marks = new();
    private readonly LaneMarks _withdrawalMarks = new();

    private Pause _pause = new(loop.Node.Clock);

    public bool HasOwed => _owed.Count > 0 || _withdrawals.Count > 0;

    /// <summary>The delivery has not come back.</summary>
    public bool IsUnderWay { get; set; }

    // A contact that owes already is listed again where its account changed lanes; what is stale is passed over.
    public void List(Partition partition, int slot)
    {
        _marks.Listed();
        _owed.Enqueue((partition, slot));
    }

    public void ListWithdrawal(Partition partition, int slot, FormerAccount account)
    {
        _withdrawalMarks.Listed();
        _withdrawals.Enqueue((partition, slot, account));
    }

    /// <summary>The delivery, or some of it, has come back undelivered; who did not take it gets a moment.</summary>
    public void Failed() => _pause.Begin(RetryDelay);

    /// <summary>Acts once all that is listed now has been taken.</summary>
    public void WhenTaken(Action act)
    {
        _marks.Then(() =>
        {
            _withdrawalMarks.Then(act);
            ActIfClear();
        });
        ActIfClear();
    }

    /// <summary>A delivery has come back, and what was not taken has been listed again, here or where it belongs by now.</summary>
    public void Returned(bool isWhole)
    {
        _marks.Returned(isWhole);
        _withdrawalMarks.Returned(isWhole);
        if (!isWhole)
            ActIfClear();
    }

    /// <summary>Makes a delivery of what is owed and sends it off.</summary>
    public bool Send(Instant now)
    {
        if (!_pause.IsOver)
            return false;
        _delivery.Begin(loop.LandmarksAt(now));
        TakeWithdrawals();
        TakeOwed();
        // At a start all contacts owe, and never again.
        if (_owed.Count == 0 && _owed.Capacity > PerDelivery)
            _owed.TrimExcess();
        if (_delivery.Sources.Count == 0)
        {
            ActIfClear();
            return false;
        }

        IsUnderWay = true;
        loop.Node.Meters.ContributionsSent(_delivery.Sources.Count);
        if (lane == loop.Lane)
            _delivery.Apply(loop);
        else if (!loop.Node.Router.TryPost(lane, _delivery))
            _delivery.Fail(new OverloadedException());
        return true;
    }

    private void ActIfClear()
    {
        if (!IsUnderWay && !HasOwed)
            Returned(isWhole: true);
    }

    private void TakeWithdrawals()
    {
        while (_delivery.Sources.Count < PerDelivery && _withdrawals.TryDequeue(out var withdrawal))
        {
            var (partition, slot, account) = withdrawal;
            _withdrawalMarks.Taken();
            if (partition.IsGone || !partition.FormerAccounts.TryGetValue(slot, out var former) || !former.Contains(account))
                continue;
            Add(partition, slot, account.AccountRef, account.Version, Withdrawal(partition, slot, account.Version), isWithdrawal: true);
        }
    }

    private void TakeOwed()
    {
        Span<double> sums = stackalloc double[loop.Node.Models.Set.Columns.Length];
        while (_delivery.Sources.Count < PerDelivery && _owed.TryDequeue(out var listed))
        {
            var (partition, slot) = listed;
            _marks.Taken();
            if (partition.IsGone)
                continue;
            var account = partition.Links.AccountOf(slot);
            if (partition.Links.StateOf(slot) != OwedState.Listed || account < 0 || loop.Map.LaneOfAccount(partition, account) != lane)
                continue;
            ref var owed = ref partition.Links.Terms(slot);
            owed.State = OwedState.Sent;
            Add(
                partition, slot, account, owed.Version,
                OwedContribution.Of(partition, slot, owed.Version, _delivery.Batch.Landmarks, sums), isWithdrawal: false);
        }
    }

    private void Add(Partition partition, int slot, int account, long version, in Contribution contribution, bool isWithdrawal)
    {
        _delivery.Sources.Add(new Source(partition, slot, version, account, isWithdrawal));
        var accounts = partition.AccountRefs;
        if (!partition.Keys.AreKept)
        {
            _delivery.Batch.Add(contribution, accounts.HashOf(account), accounts.WorkspaceOf(account), accounts.IdOf(account));
            return;
        }

        var contacts = partition.Contacts.Keys;
        _delivery.Batch.Add(
            contribution, accounts.HashOf(account), accounts.WorkspaceOf(account), accounts.IdOf(account), contacts.HashOf(slot), contacts.IdOf(slot));
    }

    private static Contribution Withdrawal(Partition partition, int slot, long version) => new()
    {
        Contact = new KeyPlace(partition.Index, slot),
        Version = version,
        Flags = ContributionFlags.Withdrawn,
    };
}
