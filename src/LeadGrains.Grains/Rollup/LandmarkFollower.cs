using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>Keeps contributions stated relative to the same landmarks as their accounts' columns, which move first.</summary>
internal sealed class LandmarkFollower
{
    private readonly RankColumns _accounts;
    private readonly ContributionRecords _records;
    private readonly AccountRolls _rolls;
    private readonly Landmark[] _sums;
    private Landmark _engaged;
    private int _moves;

    public LandmarkFollower(RankColumns accounts, ContributionRecords records, AccountRolls rolls)
    {
        _accounts = accounts;
        _records = records;
        _rolls = rolls;
        _sums = [.. accounts.Sums.Landmarks];
        _engaged = accounts.Engaged.Landmarks[0];
        _moves = accounts.Moves;
    }

    /// <summary>Restates what lies behind. Cheap where nothing does.</summary>
    public void Follow()
    {
        if (_moves == _accounts.Moves)
            return;
        _moves = _accounts.Moves;
        _records.ExpireVelocity(_accounts.Today);

        Span<double> factors = stackalloc double[_sums.Length + 1];
        for (var c = 0; c < _sums.Length; c++)
        {
            factors[c] = Landmark.Rescale(_sums[c], _accounts.Sums.Landmarks[c]);
            _sums[c] = _accounts.Sums.Landmarks[c];
        }

        factors[^1] = Landmark.Rescale(_engaged, _accounts.Engaged.Landmarks[0]);
        _engaged = _accounts.Engaged.Landmarks[0];
        if (!factors.ContainsAnyExcept(1.0))
            return;
        _records.Rescale(factors);
        _rolls.Rescale(factors);
    }
}
