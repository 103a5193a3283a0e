using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Names;
using LeadGrains.Grains.Parents;
using LeadGrains.Grains.Partitions;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// What the contacts of a loop owe their accounts. It holds which contacts owe, never what: a contribution is made
/// from the columns when it goes out, so that the newest version is sent however many there were, and nothing here
/// grows beyond the number of contacts. It goes out when the loop has nothing else to do, after a short time, or at
/// once where a caller waits for it.
/// </summary>
internal sealed class Outbox(PartitionLoop loop, NameOutbox names, RankedAnswers ranked)
{
    private readonly List<OutboxLane> _lanes = [];
    private readonly OwnRollup _own = new(loop);
    private bool _hasOwed;
    private bool _hasDelivered;
    private readonly MoveProposals _moves = new(loop);
    private Pause _gathering = new(loop.Node.Clock);

    /// <summary>The bytes that the places of accounts take, without what is on its way.</summary>
    public long MemoryBytes => _own.MemoryBytes;

    /// <summary>What accounts owe their parents.</summary>
    public ParentOutbox Parents { get; } = new(loop);

    /// <summary>Something waits to be sent.</summary>
    public bool HasOwed => _hasOwed || Parents.HasOwed;

    /// <summary>
    /// Everything has been sent and acknowledged at least once since the start, contacts whose account was claimed
    /// by another have moved on, and parents have what their subsidiaries bring.
    /// </summary>
    public bool HasCaughtUp { get; private set; }

    /// <summary>Nothing is owed that could be sent, and nothing sent that has not come back.</summary>
    public bool IsClear => !_hasOwed && Parents.IsClear && _lanes.TrueForAll(lane => !lane.IsUnderWay);

    /// <summary>At the start all contacts owe: what accounts had of them is derived, and gone with the process.</summary>
    public void OweEverything()
    {
        foreach (var partition in loop.Partitions)
            OweEverything(partition);
        Parents.OweEverything();
    }

    /// <summary>Partitions have come: their contacts owe everything, and what they held of others is gone.</summary>
    public void Adopt(IReadOnlyList<Partition> partitions)
    {
        _own.Forget();
        var held = new ContactsOfAccounts(loop.Map, partitions.Select(partition => partition.Index).ToHashSet());
        foreach (var partition in loop.Partitions)
        {
            foreach (var slot in held.In(partition))
                partition.Links[slot].ContributionAfter = 0;
        }

        foreach (var partition in partitions)
            OweEverything(partition);
    }

    /// <summary>A partition has gone, or takes nothing any more.</summary>
    public void Forget() => _own.Forget();

    /// <summary>Accounts that have come to another owner are owed everything by some contacts of this loop.</summary>
    /// <param name="accounts">The accounts' partitions.</param>
    /// <param name="contacts">Partitions of this loop.</param>
    /// <param name="lane">Where the accounts are driven.</param>
    /// <param name="act">Done once all of it has arrived.</param>
    public void Subscribe(IReadOnlySet<int> accounts, IEnumerable<Partition> contacts, int lane, Action act)
    {
        var owing = new ContactsOfAccounts(loop.Map, accounts);
        foreach (var partition in contacts)
        {
            foreach (var slot in owing.In(partition))
                List(partition, slot, partition.AppliedVersionOf(slot), isElsewhere: true);
            foreach (var (slot, former) in partition.FormerAccounts.All.Where(one => owing.Has(partition, one.Account.AccountRef)).ToList())
                ListWithdrawal(partition, slot, former);
        }

        LaneOf(lane).WhenTaken(act);
    }

    private void OweEverything(Partition partition)
    {
        for (var slot = 0; slot < partition.Contacts.Keys.Slots; slot++)
        {
            if (partition.Links.AccountOf(slot) >= 0)
                List(partition, slot, partition.AppliedVersionOf(slot));
            else
                partition.Links.Settle(slot);
            if (partition.FormerAccounts.TryGetValue(slot, out var former))
                former.ForEach(account => ListWithdrawal(partition, slot, account));
        }
    }

    /// <summary>The contact's score or account has changed.</summary>
    public void Owe(Partition partition, ContactGrain contact)
    {
        var slot = contact.Slot;
        var before = partition.Links.AccountOf(slot);
        var after = partition.LinkAccount(contact);
        if (contact.LinkedName != contact.Membership.SoughtName)
            names.Seek(partition, contact);
        if (before >= 0 && before != after)
            Withdraw(partition, slot, new FormerAccount(before, contact.LastSequence));
        if (after < 0)
        {
            partition.Links.Settle(slot);
            return;
        }

        // One that moves goes by the lanes, which tell the account that it leaves first: no parent is to see it in both.
        if (before != after || !_own.TryTake(partition, slot, contact.LastSequence))
            List(partition, slot, contact.LastSequence, isElsewhere: before != after);
    }

    /// <summary>Rolls up into accounts of this loop what <see cref="Owe"/> was told of.</summary>
    public void RollUp(Instant now) => _own.Run(now, this);

    /// <summary>The contact's account is to be sent what it is owed.</summary>
    public void Send(Partition partition, int slot, long version) => List(partition, slot, version);

    /// <summary>Tells the contacts of an account that another one holds the domain which it is named as.</summary>
    public void MoveAway(Partition partition, int accountSlot, string claimant) =>
        _moves.Tell(partition, accountSlot, claimant);

    /// <summary>Proposes the moves that nobody journalled while this loop only followed.</summary>
    public void ProposeMoves() => _moves.ProposeHeld();

    /// <summary>Sends what is owed, where it is time.</summary>
    public bool Flush(Instant now, bool force)
    {
        var sent = Parents.Flush(force);
        if (!_hasOwed)
        {
            _hasDelivered |= _lanes.TrueForAll(lane => !lane.IsUnderWay) && !loop.HasMoves;
            HasCaughtUp |= _hasDelivered && Parents.HasCaughtUp();
            return sent;
        }

        if (!_gathering.IsBegun)
            _gathering.Begin(loop.Node.Options.RollupDelay);
        if (!force && !_gathering.IsOver)
            return sent;
        foreach (var lane in _lanes)
        {
            if (lane.HasOwed && !lane.IsUnderWay)
                sent |= lane.Send(now);
        }

        _hasOwed = _lanes.Exists(lane => lane.HasOwed);
        _gathering.End();
        return sent;
    }

    /// <summary>A delivery has come back.</summary>
    public void Acknowledged(Delivery delivery)
    {
        var lane = LaneOf(delivery.Lane);
        lane.IsUnderWay = false;
        if (delivery.IsFailed || delivery.Refused.Count > 0)
            lane.Failed();
        var (moved, refused) = (0, 0);
        for (var i = 0; i < delivery.Sources.Count; i++)
        {
            var source = delivery.Sources[i];
            var isRefused = refused < delivery.Refused.Count && delivery.Refused[refused] == i;
            refused += isRefused ? 1 : 0;
            var claimant = moved < delivery.Moved.Count && delivery.Moved[moved].Index == i ? delivery.Moved[moved++].Claimant : null;
            if (source.Partition.IsGone || !IsFor(delivery, source))
                continue;
            if (delivery.IsFailed || isRefused)
                OweAgain(source);
            else if (claimant is not null)
                FollowMove(source, claimant);
            else
                Settle(source);
        }

        // What was refused is of partitions that nobody there subscribes for: who subscribes drives what it asks for.
        lane.Returned(isWhole: !delivery.IsFailed);
    }

    // Once the account has another owner, it is that one who has to have everything: see Subscribe.
    private bool IsFor(Delivery delivery, in Source source) =>
        !loop.Map.MayMove || loop.Map.LaneOfAccount(source.Partition, source.AccountRef) == delivery.Lane;

    private void FollowMove(in Source source, string claimant)
    {
        // Where the contact knows already and stays, two accounts hold each other's domains: there is nowhere to go.
        if (!_moves.TryPropose(source, claimant))
            Settle(source);
    }

    private void Settle(in Source source)
    {
        var (partition, slot) = (source.Partition, source.Slot);
        if (source.IsWithdrawal)
            partition.FormerAccounts.Forget(slot, source.AccountRef, source.Version);
        else if (partition.Links.VersionOf(slot) == source.Version && partition.Links.StateOf(slot) == OwedState.Sent)
            partition.Links.Settle(slot);

        if (ranked.IsWaiting)
            ranked.Acknowledged(partition, slot, partition.AcknowledgedVersion(slot, source.IsWithdrawal ? 0 : source.Version));
    }

    private void OweAgain(in Source source)
    {
        if (source.IsWithdrawal)
            ListWithdrawal(source.Partition, source.Slot, new FormerAccount(source.AccountRef, source.Version));
        else if (source.Partition.Links.StateOf(source.Slot) == OwedState.Sent)
            List(source.Partition, source.Slot, source.Partition.Links.VersionOf(source.Slot));
    }

    private void Withdraw(Partition partition, int slot, FormerAccount account)
    {
        partition.FormerAccounts.Forget(slot, account.AccountRef);
        partition.FormerAccounts.Add(slot, account);
        ListWithdrawal(partition, slot, account);
    }

    private void ListWithdrawal(Partition partition, int slot, FormerAccount account)
    {
        var lane = loop.Map.LaneOfAccount(partition, account.AccountRef);
        if (lane < 0)
            return;
        LaneOf(lane).ListWithdrawal(partition, slot, account);
        _hasOwed = true;
    }

    private void List(Partition partition, int slot, long version, bool isElsewhere = false)
    {
        var links = partition.Links;
        ref var owed = ref links.Terms(slot);
        owed.Version = version;
        if (owed.State == OwedState.Listed && !isElsewhere)
            return;
        owed.State = OwedState.Listed;
        // Where nobody is known to have the account, whoever takes it will ask for it: see Subscribe.
        var lane = loop.Map.LaneOfAccount(partition, links.AccountOf(slot));
        if (lane < 0)
            return;
        LaneOf(lane).List(partition, slot);
        _hasOwed = true;
    }

    private OutboxLane LaneOf(int lane)
    {
        while (_lanes.Count <= lane)
            _lanes.Add(new OutboxLane(loop, _lanes.Count));
        return _lanes[lane];
    }
}
