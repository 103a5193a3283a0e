using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Parents;

/// <summary>What subsidiaries bring to the accounts of a partition that are parents. One thread at a time.</summary>
/// <param name="accounts">The partition's accounts.</param>
internal sealed class SubsidiaryTable(RankColumns accounts)
{
    private const int NamedSubsidiaries = 100;

    private readonly Dictionary<int, SubsidiarySums> _byParent = [];

    /// <summary>Some account is a part of that one.</summary>
    public bool Any(int parent) => _byParent.ContainsKey(parent);

    /// <summary>Takes the place of what the subsidiary brought before. Call <see cref="Refresh"/> afterwards.</summary>
    public void Put(int parent, Subsidiary subsidiary)
    {
        if (!_byParent.TryGetValue(parent, out var all))
            _byParent.Add(parent, all = new SubsidiarySums(accounts, parent));
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
        var all = _byParent.GetValueOrDefault(parent) ?? new SubsidiarySums(accounts, parent);
        all.Write();
        if (all.All.Count == 0)
            _byParent.Remove(parent);
        return accounts.Own.LastSignalAt(parent) < before;
    }

    /// <summary>The parts of a parent's explanation: one for each of those that bring most, and one for all others.</summary>
    public IReadOnlyList<ScorePart> Explain(int parent, Instant at)
    {
        if (!_byParent.TryGetValue(parent, out var sums))
            return [];
        var all = sums.All;
        var points = PointsOf(accounts.ModelOf(parent).ParentShare, all, accounts.Sums.FactorsAt(at));
        var (parts, others, last) = (new List<ScorePart>(), 0.0, Instant.Min);
        var named = new Queue<int>(Largest(points));
        for (var i = 0; i < points.Length; i++)
        {
            if (named.TryPeek(out var next) && next == i)
            {
                named.Dequeue();
                parts.Add(Part(all[i].Id, points[i], all[i].LastSignalAt));
                continue;
            }

            others += points[i];
            last = Instant.Later(last, all[i].LastSignalAt);
        }

        if (parts.Count < points.Length)
            parts.Add(Part($"{points.Length - parts.Count} smaller subsidiaries", others, last));
        return parts;
    }

    private double[] PointsOf(double share, IReadOnlyList<Subsidiary> subsidiaries, ReadOnlySpan<double> factors)
    {
        var points = new double[subsidiaries.Count];
        for (var i = 0; i < points.Length; i++)
        {
            for (var c = 0; c < factors.Length; c++)
                points[i] += share * subsidiaries[i].SumAt(c, accounts.Sums.Landmarks[c]) * factors[c];
        }

        return points;
    }

    private static IEnumerable<int> Largest(double[] points)
    {
        var largest = new PriorityQueue<int, double>();
        for (var i = 0; i < points.Length; i++)
        {
            if (largest.Count < NamedSubsidiaries)
                largest.Enqueue(i, Math.Abs(points[i]));
            else
                largest.EnqueueDequeue(i, Math.Abs(points[i]));
        }

        return largest.UnorderedItems.Select(item => item.Element).Order();
    }

    private static ScorePart Part(string whose, double points, Instant lastSignalAt) => new(
        ScorePart.Subsidiary, $"Share of {whose}", Dimension.Intent, "", points, 0, lastSignalAt == Instant.Min ? null : lastSignalAt, "");
}
