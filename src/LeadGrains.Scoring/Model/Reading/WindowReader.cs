using System.Collections.Immutable;
using System.Text;

namespace LeadGrains.Scoring;

/// <summary>Reads which signals a rule looks at, and what it makes of several: `count`, `sequence` or `diminishing`, `within`.</summary>
internal sealed class WindowReader(ValueReader values)
{
    private int _windows;

    /// <summary>The types of the signals, a sequence's in order; none where something is wrong with them.</summary>
    public (ImmutableArray<string> Types, RuleWindow? Window) Read(
        MappingReader keys, YamlNode? signal, YamlNode? when, YamlNode? scale)
    {
        var count = keys.Take("count");
        var sequence = keys.Take("sequence");
        var diminishing = keys.Take("diminishing");
        var within = keys.Take("within");
        var types = sequence is null ? Signal(keys, signal) : Sequence(sequence, signal, when);
        RefuseSecond(("count", count), ("sequence", sequence), ("diminishing", diminishing), ("scale", scale));
        if ((count ?? sequence ?? diminishing) is not { } kind)
        {
            if (within is not null)
                values.Problems.Add(within, "`within` needs one of count, sequence, diminishing beside it");
            return (types, null);
        }

        if (++_windows > ModelLimits.WindowedRules)
            values.Problems.Add(kind, $"at most {ModelLimits.WindowedRules} rules may have count, sequence or diminishing");
        var signals = count is null ? null : values.Count(count, "`count`", 2, WindowState.Most);
        var factor = diminishing is null
            ? null
            : values.Number(diminishing, "`diminishing`", ModelLimits.LowestDiminishing, ModelLimits.HighestDiminishing);
        if (keys.Require("within") is not { } duration || values.Duration(duration, "`within`") is not { } length || types.IsEmpty)
            return (types, null);

        // A duration is always a single value.
        var text = ((YamlScalar)duration).Value;
        return (types, (signals, factor) switch
        {
            ({ } number, _) => new CountWindow((int)number, length, text),
            (_, { } share) => new DiminishingWindow(share, length, text),
            _ => sequence is null ? null : new SequenceWindow(types, length, text),
        });
    }

    private void RefuseSecond(params ReadOnlySpan<(string Key, YamlNode? Node)> kinds)
    {
        string? first = null;
        foreach (var (key, node) in kinds)
        {
            if (node is not null && first is not null)
                values.Problems.Add(node, $"`{key}` cannot stand beside `{first}`");
            first ??= node is null ? null : key;
        }
    }

    private ImmutableArray<string> Signal(MappingReader keys, YamlNode? node)
    {
        if (node is not null)
            return Type(node, "`signal`") is { } type ? [type] : [];
        keys.Require("signal");
        return [];
    }

    private ImmutableArray<string> Sequence(YamlNode node, YamlNode? signal, YamlNode? when)
    {
        if (signal is not null)
            values.Problems.Add(signal, "a `sequence` names its signals itself, so `signal` cannot stand beside it");
        if (when is not null)
            values.Problems.Add(when, "`when` cannot stand beside `sequence`");
        var items = values.Items(node, "`sequence`", SequenceWindow.MostSteps);
        if (node is YamlScalar { IsNull: true } or YamlList { Items.Count: < 2 })
            values.Problems.Add(node, "`sequence` must name at least two signals");
        ImmutableArray<string> types = [.. items.Select(item => Type(item, "each step of `sequence`")).OfType<string>()];
        return types.Length == items.Count && types.Length >= 2 ? types : [];
    }

    private string? Type(YamlNode node, string what)
    {
        if (values.Text(node, what, ModelLimits.SignalType) is not { } type)
            return null;
        if (Encoding.UTF8.GetByteCount(type) <= ModelLimits.SignalType)
            return type;
        values.Problems.Add(node, $"{what} must have at most {ModelLimits.SignalType} bytes");
        return null;
    }
}
