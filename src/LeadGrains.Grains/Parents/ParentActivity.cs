using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Rollup;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Parents;

/// <summary>
/// The newest signals of accounts of a partition that are parents, without their subsidiaries': what these did is no
/// activity of the parent's own, though its newest signal may be one of theirs. One thread at a time.
/// </summary>
/// <param name="accounts">The partition's accounts.</param>
/// <param name="contributions">What their contacts add to them.</param>
internal sealed class ParentActivity(RankColumns accounts, ContributionTable contributions)
{
    private readonly Dictionary<int, Instant> _newest = [];

    /// <summary>Takes over a change of an account that has subsidiaries.</summary>
    /// <param name="parent">The account's slot.</param>
    /// <param name="at">The newest signal that the change came with; the earliest of all for none.</param>
    /// <param name="lostSignals">A contact has left that had signals: the newest that is left is sought again.</param>
    /// <param name="dormantAfter">How long it must have had none to have slept.</param>
    /// <returns>It may have woken up: it slept, or nothing was known of it.</returns>
    public bool Note(int parent, Instant at, bool lostSignals, TimeSpan dormantAfter)
    {
        if (lostSignals || !_newest.TryGetValue(parent, out var before))
        {
            _newest[parent] = Instant.Later(contributions.NewestSignalOf(parent), accounts.Own.OwnLastSignalAt(parent));
            return true;
        }

        if (at <= before)
            return false;
        _newest[parent] = at;
        return before != Instant.Min && at - before >= dormantAfter;
    }
}
