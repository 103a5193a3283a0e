using LeadGrains.Host.Loading.Traffic;

namespace LeadGrains.Host.Loading.Verification;

/// <summary>The signals that one rule over several signals counted for a grain, and what each earns by the rule's definition.</summary>
internal sealed class PlainWindow(PlainRule rule)
{
    /// <summary>The server keeps the newest so many; what it makes of more is not followed.</summary>
    public const int Most = 64;

    private readonly List<PlainKept> _signals = [];
    private double[] _shares = [];

    public bool IsBeyond => _signals.Count > Most;

    /// <summary>Adds a signal and tells by how much each signal's share changes.</summary>
    public IReadOnlyList<(PlainKept Signal, double Change)> Add(PlainKept signal)
    {
        var place = _signals.FindLastIndex(other => !other.IsAfter(signal)) + 1;
        _signals.Insert(place, signal);
        var shares = Shares();
        var before = _shares.ToList();
        before.Insert(place, 0);
        _shares = shares;
        return [.. _signals.Select((kept, i) => (kept, shares[i] - before[i])).Where(change => change.Item2 != 0)];
    }

    private double[] Shares() => rule.Kind switch
    {
        PlainRuleKind.Count => Counted(),
        PlainRuleKind.Sequence => Sequenced(),
        _ => [.. _signals.Select((signal, i) => Math.Pow(rule.Factor, _signals.Take(i).Count(other => signal.Ticks - other.Ticks <= rule.WithinTicks)))],
    };

    // Each time that so many unused ones lie within the time, they are used up and the newest earns.
    private double[] Counted()
    {
        var shares = new double[_signals.Count];
        var free = new List<int>();
        for (var i = 0; i < shares.Length; i++)
        {
            free.Add(i);
            free.RemoveAll(other => _signals[i].Ticks - _signals[other].Ticks > rule.WithinTicks);
            if (free.Count < rule.Count)
            {
                continue;
            }

            shares[i] = 1;
            free.Clear();
        }

        return shares;
    }

    // Each signal of the last step's type takes, step by step backwards, the newest unused one before.
    private double[] Sequenced()
    {
        var shares = new double[_signals.Count];
        var used = new HashSet<int>();
        for (var last = 0; last < shares.Length; last++)
        {
            if (rule.Types[_signals[last].Step] != rule.Types[^1])
            {
                continue;
            }

            List<int> chain = [last];
            for (var step = rule.Types.Count - 2; step >= 0; step--)
            {
                var type = rule.Types[step];
                var found = Enumerable.Range(0, chain[^1]).LastOrDefault(place => !used.Contains(place) && rule.Types[_signals[place].Step] == type, -1);
                if (found < 0)
                {
                    break;
                }

                chain.Add(found);
            }

            if (chain.Count < rule.Types.Count || _signals[last].Ticks - _signals[chain[^1]].Ticks > rule.WithinTicks)
            {
                continue;
            }

            used.UnionWith(chain);
            shares[last] = 1;
        }

        return shares;
    }
}

/// <summary>A signal that a rule over several signals counted.</summary>
/// <param name="Ticks">Its scoring instant.</param>
/// <param name="Step">The first step of its type.</param>
/// <param name="Channel">Its channel's place from 1; 0 for none.</param>
internal readonly record struct PlainKept(long Ticks, int Step, int Channel)
{
    /// <summary>The order in which rules look at signals.</summary>
    public bool IsAfter(PlainKept other) => (Ticks, Step, Channel).CompareTo((other.Ticks, other.Step, other.Channel)) > 0;
}
