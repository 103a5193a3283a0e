using System.Collections.Immutable;
using System.Text;

namespace LeadGrains.Scoring;

/// <summary>Reads `machines`.</summary>
internal sealed class MachineReader(ValueReader values)
{
    /// <summary>Null where nothing stands: then every signal was a person's.</summary>
    public MachineRules? Read(YamlNode? node, ImmutableArray<ScoringRule> rules)
    {
        if (node is null or YamlScalar { IsNull: true } || values.Mapping(node, "`machines`") is not { } keys)
            return null;
        var scanners = Scanners(keys.Take("user_agents"));
        var burst = keys.Take("burst") is { } section ? Burst(section, rules) : null;
        keys.Close();
        var watched = burst?.SignalTypes ?? [];
        return new MachineRules(
            scanners, burst, [.. rules.Where(rule => rule.SignalTypes.Any(watched.Contains)).Select(rule => rule.Index)]);
    }

    private ScannerAgents Scanners(YamlNode? node)
    {
        var section = values.Section(node, "`user_agents`");
        var added = Parts(section.Take("add"), "`add`");
        var removeNode = section.Take("remove");
        var removed = Parts(removeNode, "`remove`");
        section.Close();
        if (removed.FirstOrDefault(part => !ScannerAgents.BuiltIn.Contains(part, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            values.Problems.Add(removeNode!, $"\"{unknown}\" is not in the built-in list, so it cannot be removed");
        return new ScannerAgents(added, removed);
    }

    private ImmutableArray<string> Parts(YamlNode? node, string what) =>
    [
        .. values.Items(node, what, ModelLimits.UserAgents)
            .Select(item => values.Text(item, "a part of a user agent", ModelLimits.Label))
            .OfType<string>(),
    ];

    private BurstRule? Burst(YamlNode node, ImmutableArray<ScoringRule> rules)
    {
        if (values.Mapping(node, "`burst`") is not { } keys)
            return null;
        var types = keys.Require("signals") is { } signals ? Types(signals, rules) : [];
        var count = keys.Require("count") is { } number ? values.Count(number, "`count`", 2, BurstWatch.Most) : null;
        var duration = keys.Require("within");
        var within = duration is null ? null : values.ShortDuration(duration, "`within`", ModelLimits.Burst);
        keys.Close();
        if (types.IsEmpty || count is null || within is null)
            return null;
        return new BurstRule(types, (int)count.Value, within.Value, ((YamlScalar)duration!).Value);
    }

    private ImmutableArray<string> Types(YamlNode node, ImmutableArray<ScoringRule> rules)
    {
        var items = values.Items(node, "`signals`", ModelLimits.BurstSignals);
        if (items.Count == 0)
            values.Problems.Add(node, "`signals` must name at least one signal");
        var types = ImmutableArray.CreateBuilder<string>();
        foreach (var item in items)
        {
            if (values.Text(item, "each of `signals`", ModelLimits.SignalType) is not { } type)
                continue;
            if (Encoding.UTF8.GetByteCount(type) > ModelLimits.SignalType)
                values.Problems.Add(item, $"each of `signals` must have at most {ModelLimits.SignalType} bytes");
            // What they keep could not be taken back when a signal proves to be a machine's.
            var keeper = rules.FirstOrDefault(rule => (rule.Window is not null || rule.IsLatest) && rule.SignalTypes.Contains(type));
            if (keeper is not null)
                values.Problems.Add(item, $"a burst cannot watch \"{type}\": the rule \"{keeper.Name}\" on it has count, sequence, diminishing or latest");
            if (!types.Contains(type))
                types.Add(type);
        }

        return types.ToImmutable();
    }
}
