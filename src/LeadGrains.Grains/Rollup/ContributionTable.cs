using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// The newest contribution of every contact to an account of this partition, and from them the accounts' ranking
/// columns. One thread at a time.
/// </summary>
/// <remarks>
/// A contact has one account at a time, so it has one contribution here whichever account it is for. The greater
/// version wins. At equal versions a contribution wins over a withdrawal: the contact left one account of this
/// partition for another, and both were told. A withdrawal is remembered, so that an older contribution that comes late
/// does not bring the contact back; <see cref="ForgetWithdrawn"/> lets go of those older than any message can be late.
/// </remarks>
internal sealed class ContributionTable
{
    private const int ChangesMin = 1024;

    // Accounts of so few contacts are recomputed at once where others wait for their turn.
    private const int RecomputedAtOnce = 64;

    private readonly RankColumns _accounts;
    private readonly ContributionRecords _records;
    private readonly AccountSums _sums;
    private readonly RecomputeQueue _due;
    private readonly Column<AccountRoll> _rolls = new();
    private readonly double[] _rescaled;
    private readonly LandmarkFollower _landmarks;
    private ContributionList _withdrawn;

    /// <param name="accounts">The partition's accounts.</param>
    public ContributionTable(RankColumns accounts)
    {
        _accounts = accounts;
        _records = new ContributionRecords(accounts.Sums.Count);
        _sums = new AccountSums(accounts);
        _due = new RecomputeQueue(_rolls);
        _rescaled = new double[accounts.Sums.Count];
        _landmarks = new LandmarkFollower(accounts);
    }

    /// <summary>How many contacts are known here, those that were withdrawn among them.</summary>
    public int Count => _records.Keys.Count;

    /// <summary>How many of them were withdrawn.</summary>
    public int WithdrawnCount { get; private set; }

    /// <summary>Some account waits for <see cref="RecomputeDue"/>.</summary>
    public bool HasDue => _due.HasDue;

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes => _records.MemoryBytes + _sums.MemoryBytes + _rolls.MemoryBytes;

    /// <summary>How many contributions an account has.</summary>
    public int CountOf(int account) => account < _rolls.Capacity ? _rolls[account].Count : 0;

    /// <summary>
    /// Takes a contribution over, or a withdrawal. Either may be acknowledged whatever is returned: false means that
    /// as new a one is held already.
    /// </summary>
    /// <param name="account">The slot of the account that it is for.</param>
    /// <param name="contribution">What came.</param>
    /// <param name="landmarks">What its sums are relative to.</param>
    /// <param name="now">When it came.</param>
    public bool Put(int account, in Contribution contribution, ReadOnlySpan<Landmark> landmarks, Instant now)
    {
        Follow();
        EnsureSlots();
        var slot = _records.FindOrAdd(contribution, out var added);
        var former = added ? -1 : _records[slot].AccountAfter - 1;
        if (!added && !IsNewer(slot, former, account, contribution))
            return false;
        if (!added && former < 0)
            Revive(slot);

        if (contribution.IsWithdrawn)
        {
            if (former >= 0)
                Leave(former, slot);
            Withdraw(slot, contribution.Version, now);
            return true;
        }

        var sums = Restated(contribution.Sums, landmarks);
        if (former == account)
            Replace(account, slot, contribution, sums);
        else
            Move(former, account, slot, contribution, sums);
        return true;
    }

    /// <summary>
    /// Recomputes accounts that wait for it: those with many changes, those that a contact has left, and all of them
    /// after a landmark moved. Stops after so many contributions were looked at; an account is never left half done.
    /// </summary>
    public void RecomputeDue(int contributions = 10_000)
    {
        Follow();
        EnsureSlots();
        while (contributions > 0 && _due.TryTake(_accounts.Keys.Slots, out var account))
        {
            contributions -= _rolls[account].Count + 1;
            Recompute(account);
        }
    }

    /// <summary>
    /// Sums the account's contributions anew, in the order of the contacts' key hashes and, where these are equal, of
    /// their ids, so that the result is the same bits in whatever order the contributions came.
    /// </summary>
    public void Recompute(int account)
    {
        Follow();
        EnsureSlots();
        ref var roll = ref _rolls[account];
        var slots = ContributionOrder.Of(_records, roll.Contributions.First, roll.Count);
        _sums.Recompute(account, _records, slots);
        roll.Changes = 0;

        var last = _accounts.Own.LastSignalAt(account);
        foreach (var slot in slots)
        {
            if (Says(slot, ContributionFlags.HasSignal))
                last = Instant.Later(last, _records.LastSignalOf(slot));
        }

        _accounts.SetFlags(account, RankFlags.HasSignal, on: false);
        if (last != Instant.Min)
            _accounts.NoteSignal(account, last);
    }

    /// <summary>
    /// Lets go of contacts that were withdrawn before that instant. It must lie further back than a message between
    /// lanes can be late.
    /// </summary>
    public void ForgetWithdrawn(Instant before)
    {
        while (_withdrawn.First >= 0 && _records.LastSignalOf(_withdrawn.First) < before)
        {
            var slot = _withdrawn.First;
            Revive(slot);
            _records.Keys.Remove(slot);
        }
    }

    /// <summary>The slot of the account's first contribution; -1 where it has none.</summary>
    public int FirstOf(int account) => account < _rolls.Capacity ? _rolls[account].Contributions.First : -1;

    /// <summary>The slot of the contribution after this one; -1 where it is the last.</summary>
    public int NextOf(int slot) => _records[slot].NextAfter - 1;

    /// <summary>A contribution; its sums are relative to the landmarks of the accounts' columns. Good until the next one is put.</summary>
    public Contribution this[int slot] => new()
    {
        ContactHash = _records.Keys.HashOf(slot),
        Workspace = _records.Keys.WorkspaceOf(slot),
        ContactId = _records.Keys.IdOf(slot),
        Version = _records.VersionOf(slot),
        Flags = _records[slot].Flags,
        Weight = _records.WeightOf(slot),
        Sums = _records.SumsOf(slot),
        LastSignalAt = _records.LastSignalOf(slot),
        EngagedAt = _records.EngagedOf(slot),
        Velocity = _records.VelocityOf(slot),
    };

    private bool IsNewer(int slot, int former, int account, in Contribution contribution)
    {
        var held = _records.VersionOf(slot);
        if (contribution.IsWithdrawn)
            return contribution.Version > held && (former < 0 || former == account);
        return contribution.Version > held || (contribution.Version == held && former < 0);
    }

    private void Replace(int account, int slot, in Contribution contribution, ReadOnlySpan<double> sums)
    {
        var goesBack = GoesBack(slot, contribution);
        var shrinks = goesBack || Shrinks(slot, contribution, sums);
        _sums.Subtract(account, _records, slot);
        CountSignalled(account, slot, -1);
        _records.Write(slot, contribution, sums);
        _sums.Add(account, _records, slot);
        CountSignalled(account, slot, 1);
        if (shrinks)
            _accounts.GuardAt[account] = 0;
        Changed(account, goesBack);
    }

    private void Move(int former, int account, int slot, in Contribution contribution, ReadOnlySpan<double> sums)
    {
        if (former >= 0)
            Leave(former, slot);
        _records.Write(slot, contribution, sums);
        ref var roll = ref _rolls[account];
        roll.Contributions.Append(_records, slot);
        roll.Count++;
        _records[slot].AccountAfter = account + 1;
        _accounts.SetFlags(account, RankFlags.HasContribution, on: true);
        _sums.Add(account, _records, slot);
        CountSignalled(account, slot, 1);
        if (Shrinks(sums))
            _accounts.GuardAt[account] = 0;
        Changed(account, goesBack: false);
    }

    private void Leave(int account, int slot)
    {
        _sums.Subtract(account, _records, slot);
        CountSignalled(account, slot, -1);
        ref var roll = ref _rolls[account];
        roll.Contributions.Remove(_records, slot);
        roll.Count--;
        _accounts.SetFlags(account, RankFlags.HasContribution, roll.Count > 0);
        _accounts.GuardAt[account] = 0;
        Changed(account, goesBack: true);
    }

    private void Withdraw(int slot, long version, Instant now)
    {
        _records.WriteWithdrawn(slot, version, now);
        _records[slot].AccountAfter = 0;
        _withdrawn.Append(_records, slot);
        WithdrawnCount++;
    }

    private void Revive(int slot)
    {
        _withdrawn.Remove(_records, slot);
        WithdrawnCount--;
    }

    // Where something was taken away, what is left may be far smaller than the rounding error of what was there.
    private void Changed(int account, bool goesBack)
    {
        ref var roll = ref _rolls[account];
        roll.Changes++;
        if (goesBack && roll.Count <= RecomputedAtOnce)
            Recompute(account);
        else if (goesBack || roll.Changes >= Math.Max(ChangesMin, roll.Count))
            _due.Add(account);
    }

    private void CountSignalled(int account, int slot, int sign)
    {
        if (!Says(slot, ContributionFlags.HasSignal))
            return;
        _accounts.ContactCount[account] += sign;
        if (sign > 0)
            _accounts.NoteSignal(account, _records.LastSignalOf(slot));
    }

    private bool Says(int slot, ContributionFlags flag) => (_records[slot].Flags & flag) != ContributionFlags.None;

    // The newest signal, or the newest that engaged, is an earlier one than before, or there is none any more.
    private bool GoesBack(int slot, in Contribution contribution)
    {
        if (Says(slot, ContributionFlags.HasSignal)
            && (!contribution.Has(ContributionFlags.HasSignal) || contribution.LastSignalAt < _records.LastSignalOf(slot)))
        {
            return true;
        }

        return Says(slot, ContributionFlags.HasEngaged)
            && (!contribution.Has(ContributionFlags.HasEngaged) || contribution.EngagedAt < _records.EngagedOf(slot));
    }

    private bool Shrinks(int slot, in Contribution contribution, ReadOnlySpan<double> sums)
    {
        var held = _records.SumsOf(slot);
        var heldWeight = _records.WeightOf(slot);
        for (var c = 0; c < sums.Length; c++)
        {
            if (contribution.Weight * sums[c] < heldWeight * held[c])
                return true;
        }

        return false;
    }

    private static bool Shrinks(ReadOnlySpan<double> sums)
    {
        foreach (var sum in sums)
        {
            if (sum < 0)
                return true;
        }

        return false;
    }

    private ReadOnlySpan<double> Restated(ReadOnlySpan<double> sums, ReadOnlySpan<Landmark> landmarks)
    {
        var here = _accounts.Sums.Landmarks;
        for (var c = 0; c < _rescaled.Length; c++)
        {
            var factor = landmarks[c] == here[c] ? 1 : Landmark.Rescale(landmarks[c], here[c]);
            _rescaled[c] = DecaySums.Restate(sums[c], factor);
        }

        return _rescaled;
    }

    private void EnsureSlots()
    {
        _accounts.EnsureSlots();
        _rolls.EnsureCapacity(_accounts.Keys.Slots);
        _sums.EnsureCapacity(_accounts.Keys.Slots);
    }

    private void Follow()
    {
        if (_landmarks.Follow(_records, _sums))
            _due.AddAll();
    }
}
