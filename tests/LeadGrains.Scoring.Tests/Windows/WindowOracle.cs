namespace LeadGrains.Scoring.Tests.Windows;

/// <summary>What windowed rules are worth, written from their definitions by trying everything.</summary>
internal static class WindowOracle
{
    /// <summary>Where awards are given: each time that N unused ones lie within the span that ends at the newest.</summary>
    public static IReadOnlyList<Instant> Counts(IEnumerable<Instant> signals, int count, TimeSpan within)
    {
        var free = new List<Instant>();
        var awards = new List<Instant>();
        foreach (var at in signals.Order())
        {
            free.Add(at);
            if (free.Count(other => at - other <= within) < count)
                continue;
            awards.Add(at);
            free.RemoveAll(other => at - other <= within);
        }

        return awards;
    }

    /// <summary>
    /// Where awards are given: for each signal of the last type, of all chains of unused ones that end there within the
    /// span, the one with the latest places.
    /// </summary>
    public static IReadOnlyList<Instant> Sequences(IEnumerable<(string Type, Instant At)> signals, string[] steps, TimeSpan within)
    {
        var list = signals
            .Where(signal => steps.Contains(signal.Type))
            .OrderBy(signal => signal.At)
            .ThenBy(signal => Array.IndexOf(steps, signal.Type))
            .ToList();
        var used = new HashSet<int>();
        var awards = new List<Instant>();
        for (var last = 0; last < list.Count; last++)
        {
            if (list[last].Type != steps[^1])
                continue;
            int[]? best = null;
            foreach (var chain in Chains(list, steps, last, used))
            {
                if (list[last].At - list[chain[0]].At <= within && (best is null || IsLater(chain, best)))
                    best = chain;
            }

            if (best is null)
                continue;
            used.UnionWith(best);
            awards.Add(list[last].At);
        }

        return awards;
    }

    /// <summary>The share of each signal, oldest first.</summary>
    public static IEnumerable<(Instant At, double Share)> Diminished(IEnumerable<Instant> signals, double factor, TimeSpan within)
    {
        var list = signals.Order().ToList();
        return list.Select((at, i) => (at, Math.Pow(factor, list.Take(i).Count(earlier => at - earlier <= within))));
    }

    private static IEnumerable<int[]> Chains(List<(string Type, Instant At)> list, string[] steps, int last, HashSet<int> used)
    {
        IEnumerable<int[]> chains = [[last]];
        for (var step = steps.Length - 2; step >= 0; step--)
        {
            var type = steps[step];
            chains = chains.SelectMany(chain => Enumerable.Range(0, chain[0])
                .Where(place => !used.Contains(place) && list[place].Type == type)
                .Select(place => (int[])[place, .. chain])).ToList();
        }

        return chains;
    }

    private static bool IsLater(int[] chain, int[] than)
    {
        for (var i = chain.Length - 1; i >= 0; i--)
        {
            if (chain[i] != than[i])
                return chain[i] > than[i];
        }

        return false;
    }
}
