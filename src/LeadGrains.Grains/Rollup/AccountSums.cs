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

    // Of the sums by column, then of the engaged contacts.
    private readonly Column<float> _rests;

    public AccountSums(RankColumns accounts)
    {
        _accounts = accounts;
        _columns = accounts.Sums.Count;
        _rests = new Column<float>(_columns + 1);
    }

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes => _rests.MemoryBytes;

    /// <summary>Makes room for slots 0 to <paramref name="slots"/> - 1.</summary>
    public void EnsureCapacity(int slots) => _rests.EnsureCapacity(slots);

    /// <summary>Adds a contribution to its account's sums.</summary>
    public void Add(int account, ContributionRecords records, int slot) => Count(account, records, slot, 1);

    /// <summary>Takes a contribution out of its account's sums, as it was added.</summary>
    public void Subtract(int account, ContributionRecords records, int slot) => Count(account, records, slot, -1);

    /// <summary>Sets the account's sums from nothing, in the order of the slots.</summary>
    public void Recompute(int account, ContributionRecords records, ReadOnlySpan<int> slots)
    {
        for (var c = 0; c < _columns; c++)
        {
            var sum = default(CompensatedSum);
            foreach (var slot in slots)
                sum = sum.Plus(records.WeightOf(slot) * records.SumsOf(slot)[c]);
            Set(account, c, _accounts.Sums[c], sum);
        }

        var engaged = default(CompensatedSum);
        var velocity = default(VelocityDays);
        foreach (var slot in slots)
        {
            if ((records[slot].Flags & ContributionFlags.HasEngaged) != ContributionFlags.None)
                engaged = engaged.Plus(EngagedWeight(records.EngagedOf(slot)));
            if (records.HasVelocity(slot))
                velocity.AddScaled(records.VelocityOf(slot), records.WeightOf(slot));
        }

        Set(account, _columns, _accounts.Engaged[0], engaged);
        _accounts.Velocity.Set(account, velocity);
    }

    /// <summary>States what rounding took anew after landmarks have moved; the sums themselves were moved with their columns.</summary>
    /// <param name="factors">For each column, then for the engaged contacts, an exact power of two.</param>
    public void Rescale(ReadOnlySpan<double> factors)
    {
        for (var account = 0; account < _rests.Capacity; account++)
        {
            var rests = _rests.Record(account);
            for (var c = 0; c < rests.Length; c++)
                rests[c] = (float)(rests[c] * factors[c]);
        }
    }

    private void Count(int account, ContributionRecords records, int slot, int sign)
    {
        var weight = sign * records.WeightOf(slot);
        var sums = records.SumsOf(slot);
        for (var c = 0; c < _columns; c++)
            Add(account, c, _accounts.Sums[c], weight * sums[c]);
        if ((records[slot].Flags & ContributionFlags.HasEngaged) != ContributionFlags.None)
            Add(account, _columns, _accounts.Engaged[0], sign * EngagedWeight(records.EngagedOf(slot)));
        if (records.HasVelocity(slot))
            _accounts.Velocity.AddScaled(account, records.VelocityOf(slot), weight);
    }

    private void Add(int account, int rest, Column<double> column, double term)
    {
        if (term == 0)
            return;
        var sum = new CompensatedSum(column[account], _rests.Record(account)[rest]);
        Set(account, rest, column, sum.Plus(term));
    }

    private void Set(int account, int rest, Column<double> column, CompensatedSum sum)
    {
        column[account] = sum.Sum;
        _rests.Record(account)[rest] = (float)sum.Rest;
    }

    private double EngagedWeight(Instant engagedAt) =>
        _accounts.Engaged.Landmarks[0].WeightOf(engagedAt, _accounts.Model.EngagedHalfLife);
}
