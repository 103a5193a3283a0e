using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Parents;

/// <summary>What subsidiaries bring to the accounts of a partition that are parents. One thread at a time.</summary>
/// <param name="accounts">The partition's accounts.</param>
internal sealed class SubsidiaryTable(RankColumns accounts)
{
    private readonly Dictionary<int, SubsidiarySums> _byParent = [];

    /// <summary>Some account is a part of that one.</summary>
    public bool Any(int parent) => _byParent.ContainsKey(parent);

    /// <summary>Takes the place of what the subsidiary brought before. Call <see cref="Refresh"/> afterwards.</summary>
    public void Put(int parent, Subsidiary subsidiary)
    {
        if (!_byParent.TryGetValue(parent, out var all))
            _byParent.Add(parent, all = new SubsidiarySums(accounts));
        all.Put(subsidiary);
    }

    /// <summary>The account is no part of that one any more. Call <see cref="Refresh"/> afterwards.</summary>
    public void Remove(int parent, ulong hash, string id)
    {
        if (_byParent.TryGetValue(parent, out var all))
            all.Remove(hash, id);
    }

    /// <summary>Brings a parent's columns up to its subsidiaries. True where its newest signal may lie further back than it did.</summary>
    public bool Refresh(int parent)
    {
        var before = accounts.Own.LastSignalAt(parent);
        var all = _byParent.GetValueOrDefault(parent) ?? new SubsidiarySums(accounts);
        all.WriteTo(parent);
        if (all.All.Count == 0)
            _byParent.Remove(parent);
        return accounts.Own.LastSignalAt(parent) < before;
    }

    /// <summary>One part of the parent's explanation for each subsidiary.</summary>
    public IEnumerable<ScorePart> Explain(int parent, Instant at)
    {
        if (!_byParent.TryGetValue(parent, out var all))
            yield break;
        var factors = accounts.Sums.FactorsAt(at);
        foreach (var subsidiary in all.All)
        {
            double points = 0;
            for (var c = 0; c < factors.Length; c++)
                points += subsidiary.SumAt(c, accounts.Sums.Landmarks[c]) * factors[c];
            yield return new ScorePart(
                ScorePart.Subsidiary, $"Share of {subsidiary.Id}", Dimension.Intent, "", accounts.Model.ParentShare * points, 0,
                subsidiary.LastSignalAt == Instant.Min ? null : subsidiary.LastSignalAt, "");
        }
    }
}
