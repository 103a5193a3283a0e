using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>Keeps contributions stated relative to the same landmarks as their accounts' columns, which move first.</summary>
internal sealed class LandmarkFollower
{
    private readonly RankColumns _accounts;
    private readonly Landmark[] _sums;
    private Landmark _engaged;
    private int _moves;

    public LandmarkFollower(RankColumns accounts)
    {
        _accounts = accounts;
        _sums = [.. accounts.Sums.Landmarks];
        _engaged = accounts.Engaged.Landmarks[0];
        _moves = accounts.Moves;
    }

    /// <summary>Restates what lies behind. True where a landmark has moved since the last call.</summary>
    public bool Follow(ContributionRecords records, AccountSums sums)
    {
        if (_moves == _accounts.Moves)
            return false;
        _moves = _accounts.Moves;
        records.ExpireVelocity(_accounts.Today);

        Span<double> factors = stackalloc double[_sums.Length + 1];
        for (var c = 0; c < _sums.Length; c++)
        {
            factors[c] = Landmark.Rescale(_sums[c], _accounts.Sums.Landmarks[c]);
            _sums[c] = _accounts.Sums.Landmarks[c];
        }

        factors[^1] = Landmark.Rescale(_engaged, _accounts.Engaged.Landmarks[0]);
        _engaged = _accounts.Engaged.Landmarks[0];
        if (!factors.ContainsAnyExcept(1.0))
            return false;
        records.Rescale(factors);
        sums.Rescale(factors);
        return true;
    }
}
