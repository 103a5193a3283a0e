using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Stages;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// What accounts make of their contributions: who is in, and the ranking columns that follow from it. One thread at a
/// time.
/// </summary>
internal sealed class AccountRolls
{
    private const int ChangesMin = 1024;

    // Accounts of so few contacts are recomputed at once where others wait for their turn.
    private const int RecomputedAtOnce = 64;

    private readonly RankColumns _accounts;
    private readonly ContributionRecords _records;
    private readonly AccountSums _sums;
    private readonly Column<AccountRoll> _rolls = new();
    private readonly RecomputeQueue _due;
    private readonly ContributionOrder _order;
    private readonly RoleTallies _roles;

    public AccountRolls(RankColumns accounts, ContributionRecords records)
    {
        _accounts = accounts;
        _records = records;
        _sums = new AccountSums(accounts);
        _due = new RecomputeQueue(_rolls);
        _order = new ContributionOrder(records);
        _roles = new RoleTallies(records, accounts);
    }

    /// <summary>Some account waits for <see cref="RecomputeDue"/>.</summary>
    public bool HasDue => _due.HasDue;

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes => _sums.MemoryBytes + _rolls.MemoryBytes;

    /// <summary>What is kept of an account; nothing yet where none of its contacts ever came.</summary>
    public AccountRoll this[int account] => account < _rolls.Capacity ? _rolls[account] : default;

    /// <summary>Makes room for all accounts.</summary>
    public void EnsureSlots()
    {
        _accounts.EnsureSlots();
        _rolls.EnsureCapacity(_accounts.Keys.Slots);
        _sums.EnsureCapacity(_accounts.Keys.Slots);
    }

    /// <summary>Has the processor fetch what an account's next contribution changes.</summary>
    public void Fetch(int account)
    {
        CacheLine.Fetch(ref _rolls[account]);
        _sums.Fetch(account);
        _accounts.Fetch(account);
    }

    /// <summary>Notes when a contribution came, changed or left.</summary>
    public void NoteChange(int account, Instant now) => _rolls[account].ChangedAt = now;

    /// <summary>A contribution that counts for no account counts for this one from now on.</summary>
    public void Join(int account, int slot)
    {
        ref var roll = ref _rolls[account];
        roll.Contributions.Append(_records, slot);
        roll.Count++;
        _sums.Add(account, _records, slot);
        Count(account, slot, 1);
        var negative = _records.SumsOf(slot).ContainsAnyInRange(double.NegativeInfinity, -double.Epsilon);
        Changed(account, shrinks: negative, goesBack: false);
    }

    /// <summary>A contribution no longer counts for its account.</summary>
    public void Leave(int account, int slot)
    {
        _sums.Subtract(account, _records, slot);
        ref var roll = ref _rolls[account];
        roll.Contributions.Remove(_records, slot);
        roll.Count--;
        Count(account, slot, -1);
        Changed(account, shrinks: true, goesBack: true);
    }

    /// <summary>A contact's newer contribution takes the place of the one held.</summary>
    public void Replace(int account, int slot, in Contribution contribution, ReadOnlySpan<double> sums)
    {
        var goesBack = GoesBack(slot, contribution);
        var held = _records.SumsOf(slot);
        var shrinks = goesBack || Shrinks(_records.WeightOf(slot), held, contribution.Weight, sums);
        _sums.Replace(account, _records, slot, held, contribution, sums);
        // Nearly always only the figures are others.
        var countsTheSame = _roles.IsEmpty && _records[slot].Flags == contribution.Flags;
        if (!countsTheSame)
            Count(account, slot, -1);
        _records.Write(slot, contribution, sums);
        if (!countsTheSame)
            Count(account, slot, 1);
        else if (contribution.Has(ContributionFlags.HasSignal))
            _accounts.NoteSignal(account, contribution.LastSignalAt);
        Changed(account, shrinks, goesBack);
    }

    /// <summary>Recomputes accounts that wait, until so many contributions were looked at.</summary>
    public void RecomputeDue(int contributions)
    {
        while (contributions > 0 && _due.TryTake(_accounts.Keys.Slots, out var account))
        {
            contributions -= _rolls[account].Count + 1;
            Recompute(account);
        }
    }

    /// <summary>Sums an account's contributions anew, in an order that does not depend on when they came.</summary>
    public void Recompute(int account)
    {
        ref var roll = ref _rolls[account];
        var slots = _order.Of(roll.Contributions.First, roll.Count);
        _sums.Recompute(account, _records, slots);
        roll.Changes = 0;

        var last = Instant.Later(_accounts.Own.LastSignalAt(account), NewestSignalOf(account));
        _accounts.SetFlags(account, RankFlags.HasSignal, on: false);
        if (last != Instant.Min)
            _accounts.NoteSignal(account, last);
    }

    /// <summary>The newest scoring instant of the account's contacts; the earliest of all where they had none.</summary>
    public Instant NewestSignalOf(int account)
    {
        var last = Instant.Min;
        for (var slot = this[account].Contributions.First; slot >= 0; slot = _records[slot].NextAfter - 1)
        {
            if (Says(slot, ContributionFlags.HasSignal))
                last = Instant.Later(last, _records.LastSignalOf(slot));
        }

        return last;
    }

    /// <summary>How the account's contacts cover the roles of the model's buying group.</summary>
    public BuyingGroup BuyingGroupOf(int account, Instant at) => _roles.Of(account, this[account], at);

    /// <summary>Landmarks have moved by these exact factors: by column, then those of the engaged contacts.</summary>
    public void Rescale(ReadOnlySpan<double> factors)
    {
        _sums.Rescale(factors);
        _due.AddAll();
    }

    private void Count(int account, int slot, int sign)
    {
        ref var roll = ref _rolls[account];
        if (Says(slot, ContributionFlags.Disqualified))
            roll.Disqualified += sign;
        _roles.Note(account, slot, sign);
        _accounts.SetFlags(account, RankFlags.HasContribution, roll.HasAny);
        if (!Says(slot, ContributionFlags.HasSignal))
            return;
        _accounts.ContactCount[account] += sign;
        if (sign > 0)
            _accounts.NoteSignal(account, _records.LastSignalOf(slot));
    }

    // Where something was taken away, what is left may be far smaller than the rounding error of what was there.
    private void Changed(int account, bool shrinks, bool goesBack)
    {
        // A guard is only good while points are added.
        if (shrinks)
            StageEvaluation.Reset(_accounts, account);
        ref var roll = ref _rolls[account];
        if (!roll.IsDue)
            roll.Changes++;
        if (goesBack && roll.Count <= RecomputedAtOnce)
            Recompute(account);
        else if (goesBack || roll.Changes >= Math.Max(ChangesMin, roll.Count))
            _due.Add(account);
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

    private static bool Shrinks(double heldWeight, ReadOnlySpan<double> held, double weight, ReadOnlySpan<double> sums)
    {
        for (var c = 0; c < sums.Length; c++)
        {
            if (weight * sums[c] < heldWeight * held[c])
                return true;
        }

        return false;
    }
}
