using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Rollup;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Parents;

/// <summary>
/// What the subsidiaries of one account bring together. Where these are few they are added up anew at every change, in
/// the order of their key hashes, so that the sums do not depend on what came when. Of many, only what one brought is
/// exchanged for what it brings now, and all are added up anew once in as many changes. One thread at a time.
/// </summary>
/// <param name="accounts">The accounts of the parent's partition.</param>
/// <param name="parent">The parent's slot.</param>
internal sealed class SubsidiarySums(RankColumns accounts, int parent)
{
    private const int Few = 64;
    private const int ChangesMin = 1_024;

    private readonly List<Subsidiary> _all = [];
    private readonly CompensatedSum[] _sums = new CompensatedSum[accounts.Sums.Count];
    private readonly Landmark[] _landmarks = new Landmark[accounts.Sums.Count];
    private VelocityDays _velocity;
    private Instant _lastSignalAt = Instant.Min;
    private int _changes;
    private bool _isDue = true;

    /// <summary>The subsidiaries, by the hashes of their keys.</summary>
    public IReadOnlyList<Subsidiary> All => _all;

    /// <summary>Takes the place of what the subsidiary brought before.</summary>
    public void Put(Subsidiary subsidiary)
    {
        var at = PlaceOf(subsidiary.Hash, subsidiary.Id, out var found);
        Exchange(found ? _all[at] : null, subsidiary);
        if (found)
            _all[at] = subsidiary;
        else
            _all.Insert(at, subsidiary);
    }

    /// <summary>The account is none of them any more.</summary>
    public void Remove(ulong hash, string id)
    {
        var at = PlaceOf(hash, id, out var found);
        if (!found)
            return;
        Exchange(_all[at], null);
        _all.RemoveAt(at);
    }

    /// <summary>Brings the parent's columns up to them.</summary>
    public void Write()
    {
        if (_isDue || _all.Count <= Few || HasMoved())
            AddUp();
        var share = accounts.ModelOf(parent).ParentShare;
        var sums = new double[_sums.Length];
        for (var c = 0; c < sums.Length; c++)
            sums[c] = share * _sums[c].Sum;
        accounts.SetFlags(parent, RankFlags.HasSubsidiary, _all.Count > 0);
        accounts.SetShare(parent, sums, _lastSignalAt, _velocity);
    }

    private void Exchange(Subsidiary? old, Subsidiary? current)
    {
        var goesBack = old is not null && old.LastSignalAt == _lastSignalAt && (current is null || current.LastSignalAt < _lastSignalAt);
        _isDue |= goesBack || _all.Count <= Few || ++_changes > Math.Max(ChangesMin, _all.Count) || HasMoved();
        if (_isDue)
            return;
        for (var c = 0; c < _sums.Length; c++)
            _sums[c] = _sums[c].Plus(-(old?.SumAt(c, _landmarks[c]) ?? 0)).Plus(current?.SumAt(c, _landmarks[c]) ?? 0);
        var share = accounts.ModelOf(parent).ParentShare;
        if (old is not null)
            _velocity.AddScaled(old.Velocity, -share);
        if (current is null)
            return;
        _velocity.AddScaled(current.Velocity, share);
        _lastSignalAt = Instant.Later(_lastSignalAt, current.LastSignalAt);
    }

    private void AddUp()
    {
        (_isDue, _changes, _velocity, _lastSignalAt) = (false, 0, default, Instant.Min);
        accounts.Sums.Landmarks.CopyTo(_landmarks);
        Array.Clear(_sums);
        foreach (var subsidiary in _all)
        {
            for (var c = 0; c < _sums.Length; c++)
                _sums[c] = _sums[c].Plus(subsidiary.SumAt(c, _landmarks[c]));
            _velocity.AddScaled(subsidiary.Velocity, accounts.ModelOf(parent).ParentShare);
            _lastSignalAt = Instant.Later(_lastSignalAt, subsidiary.LastSignalAt);
        }
    }

    private bool HasMoved() => !accounts.Sums.Landmarks.SequenceEqual(_landmarks);

    // The first place whose subsidiary does not come before the key.
    private int PlaceOf(ulong hash, string id, out bool found)
    {
        var (low, high) = (0, _all.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var held = _all[middle];
            var order = held.Hash != hash ? held.Hash.CompareTo(hash) : string.CompareOrdinal(held.Id, id);
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle);
        }

        found = low < _all.Count && _all[low].Hash == hash && _all[low].Id == id;
        return low;
    }
}
