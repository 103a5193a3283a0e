using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Rollup;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Parents;

/// <summary>
/// What subsidiaries bring to the accounts of a partition that are parents. Few are, and these are added up anew at every
/// change, in the order of the subsidiaries' key hashes, so that the sums do not depend on what came when. One thread at
/// a time.
/// </summary>
/// <param name="accounts">The partition's accounts.</param>
internal sealed class SubsidiaryTable(RankColumns accounts)
{
    private readonly Dictionary<int, List<Subsidiary>> _byParent = [];

    /// <summary>The subsidiaries of an account; none where it is no parent.</summary>
    public IReadOnlyList<Subsidiary> Of(int parent) => _byParent.TryGetValue(parent, out var all) ? all : [];

    /// <summary>Takes the place of what the subsidiary brought before. Call <see cref="Refresh"/> afterwards.</summary>
    public void Put(int parent, Subsidiary subsidiary)
    {
        if (!_byParent.TryGetValue(parent, out var all))
            _byParent.Add(parent, all = []);
        var at = PlaceOf(all, subsidiary.Hash, subsidiary.Id);
        if (at < all.Count && IsAt(all[at], subsidiary.Hash, subsidiary.Id))
            all[at] = subsidiary;
        else
            all.Insert(at, subsidiary);
    }

    /// <summary>The account is no part of that one any more. Call <see cref="Refresh"/> afterwards.</summary>
    public void Remove(int parent, ulong hash, string id)
    {
        if (!_byParent.TryGetValue(parent, out var all))
            return;
        var at = PlaceOf(all, hash, id);
        if (at < all.Count && IsAt(all[at], hash, id))
            all.RemoveAt(at);
        if (all.Count == 0)
            _byParent.Remove(parent);
    }

    /// <summary>Brings a parent's columns up to its subsidiaries. True where its newest signal may lie further back than it did.</summary>
    public bool Refresh(int parent)
    {
        var before = accounts.Own.LastSignalAt(parent);
        var share = accounts.Model.ParentShare;
        var all = Of(parent);
        var sums = new double[accounts.Sums.Count];
        for (var c = 0; c < sums.Length; c++)
        {
            var sum = default(CompensatedSum);
            foreach (var subsidiary in all)
                sum = sum.Plus(Restated(subsidiary, c));
            sums[c] = share * sum.Sum;
        }

        var velocity = default(VelocityDays);
        var last = Instant.Min;
        foreach (var subsidiary in all)
        {
            velocity.AddScaled(subsidiary.Velocity, share);
            last = Instant.Later(last, subsidiary.LastSignalAt);
        }

        accounts.SetFlags(parent, RankFlags.HasSubsidiary, all.Count > 0);
        accounts.SetShare(parent, sums, last, velocity);
        return accounts.Own.LastSignalAt(parent) < before;
    }

    /// <summary>One part of the parent's explanation for each subsidiary.</summary>
    public IEnumerable<ScorePart> Explain(int parent, Instant at)
    {
        var factors = accounts.Sums.FactorsAt(at);
        foreach (var subsidiary in Of(parent))
        {
            double points = 0;
            for (var c = 0; c < factors.Length; c++)
                points += Restated(subsidiary, c) * factors[c];
            yield return new ScorePart(
                ScorePart.Subsidiary, $"Share of {subsidiary.Id}", Dimension.Intent, "", accounts.Model.ParentShare * points, 0,
                subsidiary.LastSignalAt == Instant.Min ? null : subsidiary.LastSignalAt, "");
        }
    }

    private double Restated(Subsidiary subsidiary, int column)
    {
        var (from, to) = (subsidiary.Landmarks[column], accounts.Sums.Landmarks[column]);
        return from == to ? subsidiary.Sums[column] : DecaySums.Restate(subsidiary.Sums[column], Landmark.Rescale(from, to));
    }

    private static bool IsAt(Subsidiary held, ulong hash, string id) => held.Hash == hash && held.Id == id;

    // The first place whose subsidiary does not come before the key.
    private static int PlaceOf(List<Subsidiary> all, ulong hash, string id)
    {
        var (low, high) = (0, all.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var held = all[middle];
            var order = held.Hash != hash ? held.Hash.CompareTo(hash) : string.CompareOrdinal(held.Id, id);
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
