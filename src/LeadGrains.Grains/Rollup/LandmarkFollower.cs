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
    private readonly Landmark[] _engaged;
    private int _moves;

    public LandmarkFollower(RankColumns accounts, ContributionRecords records, AccountRolls rolls)
    {
        _accounts = accounts;
        _records = records;
        _rolls = rolls;
        _sums = [.. accounts.Sums.Landmarks];
        _engaged = [.. accounts.Engaged.Landmarks];
        _moves = accounts.Moves;
    }

    /// <summary>Restates what lies behind. Cheap where nothing does.</summary>
    public void Follow()
    {
        if (_moves == _accounts.Moves)
            return;
        _moves = _accounts.Moves;
        _records.ExpireVelocity(_accounts.Today);

        Span<double> factors = stackalloc double[_sums.Length + _engaged.Length];
        Move(_sums, _accounts.Sums.Landmarks, factors);
        Move(_engaged, _accounts.Engaged.Landmarks, factors[_sums.Length..]);
        if (!factors.ContainsAnyExcept(1.0))
            return;
        _records.Rescale(factors);
        _rolls.Rescale(factors);
    }

    private static void Move(Landmark[] held, ReadOnlySpan<Landmark> to, Span<double> factors)
    {
        for (var c = 0; c < held.Length; c++)
        {
            factors[c] = Landmark.Rescale(held[c], to[c]);
            held[c] = to[c];
        }
    }
}
