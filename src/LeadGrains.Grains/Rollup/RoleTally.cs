using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>Of one account, how many contacts each role has and how engaged these are: for any later instant, since all fade alike.</summary>
/// <param name="model">Gives the roles.</param>
/// <param name="landmark">What the sums are relative to.</param>
internal sealed class RoleTally(ScoringModel model, Landmark landmark)
{
    private readonly int[] _contacts = new int[model.Roles.Length];
    private readonly CompensatedSum[] _engaged = new CompensatedSum[model.Roles.Length];
    private readonly Instant[] _newest = [.. Enumerable.Repeat(Instant.Min, model.Roles.Length)];
    private readonly bool[] _lostNewest = new bool[model.Roles.Length];

    /// <summary>Contacts counted, one way or the other, since <see cref="BeginChanges"/>.</summary>
    public int Changes { get; private set; }

    /// <summary>All contacts have been counted once.</summary>
    public void BeginChanges() => Changes = 0;

    /// <summary>A contact counts, or counts no more.</summary>
    /// <param name="role">The role's place among the model's.</param>
    /// <param name="engagedAt">Its newest engagement; the earliest of all for none.</param>
    /// <param name="sign">1 or -1.</param>
    public void Count(int role, Instant engagedAt, int sign)
    {
        Changes++;
        _contacts[role] += sign;
        if (engagedAt == Instant.Min)
            return;
        _engaged[role] = _engaged[role].Plus(sign * landmark.WeightOf(engagedAt, model.EngagedHalfLife));
        if (sign < 0)
        {
            _lostNewest[role] |= engagedAt == _newest[role];
        }
        else if (engagedAt >= _newest[role])
        {
            _newest[role] = engagedAt;
            _lostNewest[role] = false;
        }
    }

    /// <summary>Adds all to a count for that instant; false where that has to be counted one by one.</summary>
    public bool TryAddTo(BuyingGroupCount count, Instant at)
    {
        if (_lostNewest.Contains(true) || Landmark.At(at, model.EngagedHalfLife) != landmark || _newest.Any(newest => newest > at))
            return false;
        var factor = landmark.FactorAt(at, model.EngagedHalfLife);
        for (var role = 0; role < _contacts.Length; role++)
        {
            Instant? newest = _newest[role] == Instant.Min ? null : _newest[role];
            count.AddAll(role, _contacts[role], Math.Max(0, _engaged[role].Sum * factor), newest);
        }

        return true;
    }
}
