using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// The sums over accounts' contributions. The rounded sums are the ranking columns themselves; what rounding took
/// from them is kept here, as floats. One thread at a time.
/// </summary>
internal sealed class AccountSums
{
    private readonly RankColumns _accounts;
    private readonly int _columns;

    // Of the sums by column, then of the engaged contacts by theirs.
    private readonly Column<float> _rests;

    public AccountSums(RankColumns accounts)
    {
        _accounts = accounts;
        _columns = accounts.Sums.Count;
        _rests = new Column<float>(_columns + accounts.Engaged.Count);
    }

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes => _rests.MemoryBytes;

    /// <summary>Makes room for slots 0 to <paramref name="slots"/> - 1.</summary>
    public void EnsureCapacity(int slots) => _rests.EnsureCapacity(slots);

    /// <summary>Has the processor fetch what rounding took from an account's sums.</summary>
    public void Fetch(int account) => CacheLine.Fetch<float>(_rests.Record(account));

    /// <summary>Adds a contribution to its account's sums.</summary>
    public void Add(int account, ContributionRecords records, int slot)
    {
        Exchange(account, 0, default, records.WeightOf(slot), records.SumsOf(slot));
        ExchangeEngaged(account, Instant.Min, EngagedOf(records, slot));
        if (records.HasVelocity(slot))
            _accounts.Velocity.AddScaled(account, records.VelocityOf(slot), records.WeightOf(slot));
        _accounts.NoteChange(account);
    }

    /// <summary>Takes a contribution out of its account's sums, as it was added.</summary>
    public void Subtract(int account, ContributionRecords records, int slot)
    {
        Exchange(account, records.WeightOf(slot), records.SumsOf(slot), 0, default);
        ExchangeEngaged(account, EngagedOf(records, slot), Instant.Min);
        if (records.HasVelocity(slot))
            _accounts.Velocity.AddScaled(account, records.VelocityOf(slot), -records.WeightOf(slot));
        _accounts.NoteChange(account);
    }

    /// <summary>Takes a contribution out and adds what is about to take its place.</summary>
    public void Replace(
        int account, ContributionRecords records, int slot, ReadOnlySpan<double> held, in Contribution contribution, ReadOnlySpan<double> sums)
    {
        Exchange(account, records.WeightOf(slot), held, contribution.Weight, sums);
        ExchangeEngaged(account, EngagedOf(records, slot), contribution.Has(ContributionFlags.HasEngaged) ? contribution.EngagedAt : Instant.Min);
        _accounts.NoteChange(account);
        var days = records.VelocityOf(slot);
        if (contribution.Weight == records.WeightOf(slot) && days.IsSame(contribution.Velocity))
            return;
        _accounts.Velocity.Exchange(account, days, records.WeightOf(slot), contribution.Velocity, contribution.Weight);
    }

    /// <summary>Sets the account's sums from nothing, in the order of the slots.</summary>
    public void Recompute(int account, ContributionRecords records, ReadOnlySpan<int> slots)
    {
        for (var c = 0; c < _columns; c++)
        {
            var sum = default(CompensatedSum);
            foreach (var slot in slots)
                sum = sum.Plus(records.WeightOf(slot) * records.SumOf(slot, c));
            Set(account, c, _accounts.Sums[c], sum);
        }

        var column = _accounts.ModelOf(account).EngagedColumn;
        var engaged = default(CompensatedSum);
        var velocity = default(VelocityDays);
        foreach (var slot in slots)
        {
            if (EngagedOf(records, slot) is var at && at != Instant.Min)
                engaged = engaged.Plus(EngagedWeight(column, at));
            if (records.HasVelocity(slot))
                velocity.AddScaled(records.VelocityOf(slot), records.WeightOf(slot));
        }

        Set(account, _columns + column, _accounts.Engaged[column], engaged);
        _accounts.Velocity.Set(account, velocity);
        _accounts.NoteChange(account);
    }

    /// <summary>States what rounding took anew after landmarks have moved; the sums themselves were moved with their columns.</summary>
    /// <param name="factors">For each column, then for each of the engaged contacts, an exact power of two.</param>
    public void Rescale(ReadOnlySpan<double> factors)
    {
        for (var account = 0; account < _rests.Capacity; account++)
        {
            var rests = _rests.Record(account);
            for (var c = 0; c < rests.Length; c++)
                rests[c] = (float)(rests[c] * factors[c]);
        }
    }

    private void Exchange(int account, double oldWeight, ReadOnlySpan<double> old, double weight, ReadOnlySpan<double> sums)
    {
        var rests = _rests.Record(account);
        for (var c = 0; c < _columns; c++)
        {
            var taken = old.IsEmpty ? 0 : oldWeight * old[c];
            var added = sums.IsEmpty ? 0 : weight * sums[c];
            if (taken == added)
                continue;
            ref var held = ref _accounts.Sums[c][account];
            var sum = new CompensatedSum(held, rests[c]).Plus(-taken).Plus(added);
            held = sum.Sum;
            rests[c] = (float)sum.Rest;
        }
    }

    // The earliest instant of all stands for a contact that is not engaged.
    private void ExchangeEngaged(int account, Instant old, Instant engagedAt)
    {
        if (old == engagedAt)
            return;
        var column = _accounts.ModelOf(account).EngagedColumn;
        ref var held = ref _accounts.Engaged[column][account];
        ref var rest = ref _rests.Record(account)[_columns + column];
        var sum = new CompensatedSum(held, rest);
        if (old != Instant.Min)
            sum = sum.Plus(-EngagedWeight(column, old));
        if (engagedAt != Instant.Min)
            sum = sum.Plus(EngagedWeight(column, engagedAt));
        held = sum.Sum;
        rest = (float)sum.Rest;
    }

    private void Set(int account, int rest, Column<double> column, CompensatedSum sum)
    {
        column[account] = sum.Sum;
        _rests.Record(account)[rest] = (float)sum.Rest;
    }

    private static Instant EngagedOf(ContributionRecords records, int slot) =>
        (records[slot].Flags & ContributionFlags.HasEngaged) != ContributionFlags.None ? records.EngagedOf(slot) : Instant.Min;

    private double EngagedWeight(int column, Instant engagedAt) =>
        _accounts.Engaged.Landmarks[column].WeightOf(engagedAt, _accounts.Engaged.HalfLives[column]);
}
