using System.Collections.Immutable;
using System.Globalization;

namespace LeadGrains.Scoring;

/// <summary>Reads single values and lists. What is not as it should be becomes a problem with its place, and null.</summary>
internal sealed class ValueReader(ProblemList problems)
{
    private const NumberStyles Decimal =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public ProblemList Problems => problems;

    /// <summary>A number from low to high, both included.</summary>
    public double? Number(YamlNode node, string what, double low, double high)
    {
        if (node is YamlScalar { IsPlain: true } scalar
            && double.TryParse(scalar.Value, Decimal, CultureInfo.InvariantCulture, out var number)
            && number >= low && number <= high)
            return number;
        problems.Add(node, $"{what} must be a number{Range(low, high)}{Instead(node)}");
        return null;
    }

    /// <summary>A whole number from low to high, both included.</summary>
    public uint? Count(YamlNode node, string what, double low, double high)
    {
        var text = (node as YamlScalar)?.Value;
        if (node is YamlScalar { IsPlain: true }
            && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count >= low && count <= high)
            return count;
        problems.Add(node, $"{what} must be a whole number{Range(low, high)}{Instead(node)}");
        return null;
    }

    /// <summary>True or false.</summary>
    public bool? Truth(YamlNode node, string what)
    {
        if (node is YamlScalar { IsPlain: true } scalar)
        {
            if (scalar.Value is "true" or "True" or "TRUE")
                return true;
            if (scalar.Value is "false" or "False" or "FALSE")
                return false;
        }

        problems.Add(node, $"{what} must be true or false{Instead(node)}");
        return null;
    }

    /// <summary>A text, with or without quotes, that is not empty.</summary>
    public string? Text(YamlNode node, string what, int longest)
    {
        if (node is not YamlScalar { IsNull: false } scalar || string.IsNullOrWhiteSpace(scalar.Value))
            problems.Add(node, $"{what} must be a text{Instead(node)}");
        else if (scalar.Value.Length > longest)
            problems.Add(node, $"{what} must have at most {longest} characters, and has {scalar.Value.Length}");
        else
            return scalar.Value;
        return null;
    }

    /// <summary>A duration as half-life.</summary>
    public HalfLife? HalfLife(YamlNode node, string what) =>
        Duration(node, what) is { } length ? Scoring.HalfLife.FromTimeSpan(length) : null;

    /// <summary>A number of hours, days or weeks: <c>36h</c>, <c>7d</c>, <c>2w</c>.</summary>
    public TimeSpan? Duration(YamlNode node, string what)
    {
        var longest = ModelLimits.HalfLife;
        if (Length(node, "hdw") is { } length && length >= TimeSpan.FromHours(1) && length <= longest)
            return length;
        problems.Add(
            node, $"{what} must be a duration such as 36h, 7d or 2w, from 1h to {longest.Days}d{Instead(node)}");
        return null;
    }

    /// <summary>A number of seconds, minutes or hours: <c>10s</c>, <c>2m</c>, <c>1h</c>.</summary>
    public TimeSpan? ShortDuration(YamlNode node, string what, TimeSpan longest)
    {
        if (Length(node, "smh") is { } length && length >= TimeSpan.FromSeconds(1) && length <= longest)
            return length;
        problems.Add(
            node, $"{what} must be a duration such as 10s or 2m, from 1s to {longest.TotalHours}h{Instead(node)}");
        return null;
    }

    // A number with one of these units; null for anything else, and for what no duration can hold.
    private static TimeSpan? Length(YamlNode node, string units)
    {
        var text = (node as YamlScalar)?.Value ?? "";
        if (text.Length == 0 || !units.Contains(text[^1], StringComparison.Ordinal))
            return null;
        var unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => TimeSpan.FromDays(7),
        };
        return double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * unit.Ticks < long.MaxValue
            ? TimeSpan.FromTicks((long)(number * unit.Ticks))
            : null;
    }

    /// <summary>One text or a list of them, at least one.</summary>
    public ImmutableArray<string> Texts(YamlNode node, string what)
    {
        if (node is not YamlList)
            return Text(node, what, ModelLimits.Value) is { } text ? [text] : [];
        var items = Items(node, what, ModelLimits.Values);
        if (items.Count == 0)
            problems.Add(node, $"{what} must name at least one value");
        return [.. items.Select(item => Text(item, $"each value of {what}", ModelLimits.Value)).OfType<string>()];
    }

    /// <summary>The items of a list; none where nothing stands.</summary>
    public IReadOnlyList<YamlNode> Items(YamlNode? node, string what, int most)
    {
        if (node is null or YamlScalar { IsNull: true })
            return [];
        if (node is not YamlList list)
            problems.Add(node, $"{what} must be a list{Instead(node)}");
        else if (list.Items.Count > most)
            problems.Add(node, $"{what} must have at most {most} entries, and has {list.Items.Count}");
        else
            return list.Items;
        return [];
    }

    /// <summary>Keys and values; null, and a problem, for anything else.</summary>
    public MappingReader? Mapping(YamlNode node, string what)
    {
        if (node is YamlMapping mapping)
            return new MappingReader(this, mapping, what);
        problems.Add(node, $"{what} must have keys and values{Instead(node)}");
        return null;
    }

    /// <summary>Keys and values of a section that may be left out or empty, and then has none.</summary>
    public MappingReader Section(YamlNode? node, string what)
    {
        if (node is not null and not YamlScalar { IsNull: true } && Mapping(node, what) is { } mapping)
            return mapping;
        return new MappingReader(this, new YamlMapping(node?.Line ?? 1, node?.Column ?? 1, []), what);
    }

    private static string Range(double low, double high)
    {
        var isBoundedBelow = low > -ModelLimits.Number;
        var isBoundedAbove = high < ModelLimits.Number;
        FormattableString range = (isBoundedBelow, isBoundedAbove) switch
        {
            (true, true) => $" from {low} to {high}",
            (true, false) => $" of at least {low}",
            (false, true) => $" of at most {high}",
            (false, false) => $"",
        };
        return range.ToString(CultureInfo.InvariantCulture);
    }

    private static string Instead(YamlNode node) => node switch
    {
        YamlScalar { IsNull: true } => ", and is empty",
        YamlScalar { Value.Length: > 40 } scalar => $", and is \"{scalar.Value[..40]}...\"",
        YamlScalar scalar => $", and is \"{scalar.Value}\"",
        YamlList => ", and is a list",
        _ => ", and has keys of its own",
    };
}
