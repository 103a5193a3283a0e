using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// Counts accounts' contacts by role. Small accounts are counted one by one whenever somebody asks; larger ones once,
/// and from then on as their contacts change. One thread at a time.
/// </summary>
internal sealed class RoleTallies(ContributionRecords records, RankColumns accounts)
{
    private const int OneByOne = 64;
    private const int AccountsMax = 4_096;
    private const int ChangesMin = 65_536;

    private readonly Dictionary<int, RoleTally> _byAccount = [];

    /// <summary>No account is large enough, or nobody has asked, for its contacts to be counted as they change.</summary>
    public bool IsEmpty => _byAccount.Count == 0;

    /// <summary>The account's buying group at that instant.</summary>
    public BuyingGroup Of(int account, in AccountRoll roll, Instant at)
    {
        var count = new BuyingGroupCount(accounts.ModelOf(account), at);
        if (roll.Count > OneByOne)
        {
            if (_byAccount.TryGetValue(account, out var held) && held.TryAddTo(count, at))
                return count.Result;
            if (Tally(account, roll, at).TryAddTo(count, at))
                return count.Result;
        }

        for (var slot = roll.Contributions.First; slot >= 0; slot = records[slot].NextAfter - 1)
        {
            if (Counts(slot))
                count.Add(records[slot].Role - 1, EngagedOf(slot) is var engagedAt && engagedAt != Instant.Min ? engagedAt : null);
        }

        return count.Result;
    }

    /// <summary>A contribution counts from now on, or is about to count no more.</summary>
    public void Note(int account, int slot, int sign)
    {
        if (_byAccount.Count == 0 || !Counts(slot) || !_byAccount.TryGetValue(account, out var tally))
            return;
        tally.Count(records[slot].Role - 1, EngagedOf(slot), sign);
        // What rounding took is to stay below anything that is shown.
        if (tally.Changes > ChangesMin)
            _byAccount.Remove(account);
    }

    private RoleTally Tally(int account, in AccountRoll roll, Instant at)
    {
        if (_byAccount.Count >= AccountsMax)
            _byAccount.Clear();
        var model = accounts.ModelOf(account);
        var tally = new RoleTally(model, Landmark.At(at, model.EngagedHalfLife));
        for (var slot = roll.Contributions.First; slot >= 0; slot = records[slot].NextAfter - 1)
        {
            if (Counts(slot))
                tally.Count(records[slot].Role - 1, EngagedOf(slot), 1);
        }

        tally.BeginChanges();
        return _byAccount[account] = tally;
    }

    private bool Counts(int slot) => records[slot].Role > 0 && (records[slot].Flags & ContributionFlags.Disqualified) == ContributionFlags.None;

    private Instant EngagedOf(int slot) =>
        (records[slot].Flags & ContributionFlags.HasEngaged) != ContributionFlags.None ? records.EngagedOf(slot) : Instant.Min;
}
