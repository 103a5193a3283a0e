using System.Globalization;
using YamlDotNet.RepresentationModel;
using static LeadGrains.Host.Loading.Traffic.ModelText;

namespace LeadGrains.Host.Loading.Traffic;

/// <summary>What a rule makes of the signals that meet its conditions, read from the document for the load test alone.</summary>
/// <param name="Types">The signal types; of a sequence, its steps.</param>
/// <param name="Kind">Whether it looks at several signals together.</param>
/// <param name="Count">Of <see cref="PlainRuleKind.Count"/>, how many.</param>
/// <param name="Factor">Of <see cref="PlainRuleKind.Diminishing"/>, what a repeat is worth.</param>
/// <param name="WithinTicks">Of those that look at several.</param>
/// <param name="Scale">The attribute that points depend on; null where they depend on none.</param>
/// <param name="OncePer">The attribute whose values count once, and for how long; null where all count.</param>
/// <param name="IsLatest">Only the newest signal counts.</param>
/// <param name="HasChannel">Channel factors apply.</param>
internal sealed record PlainRule(
    IReadOnlyList<string> Types,
    PlainRuleKind Kind,
    int Count,
    double Factor,
    long WithinTicks,
    (string Attribute, double From, double To)? Scale,
    (string Attribute, long WithinTicks)? OncePer,
    bool IsLatest,
    bool HasChannel)
{
    public static PlainRule Of(YamlNode rule)
    {
        var scale = Child(rule, "scale");
        var oncePer = Child(rule, "once_per");
        var kind = Child(rule, "sequence") is not null ? PlainRuleKind.Sequence
            : Text(rule, "count") is not null ? PlainRuleKind.Count
            : Text(rule, "diminishing") is not null ? PlainRuleKind.Diminishing
            : PlainRuleKind.Single;
        return new PlainRule(
            Texts(Child(rule, "sequence")) ?? [Text(rule, "signal")!],
            kind,
            Text(rule, "count") is { } count ? int.Parse(count, CultureInfo.InvariantCulture) : 0,
            Text(rule, "diminishing") is { } factor ? Number(factor) : 0,
            Text(rule, "within") is { } within ? Ticks(within) : 0,
            scale is null ? null : (Text(scale, "attribute")!, Number(Text(scale, "from")!), Number(Text(scale, "to")!)),
            oncePer is null ? null : (Text(oncePer, "attribute")!, Text(oncePer, "within") is { } once ? Ticks(once) : long.MaxValue),
            IsTrue(rule, "latest", otherwise: false),
            IsTrue(rule, "channels", otherwise: true) && Number(Text(rule, "points")!) > 0);
    }

    /// <summary>The share of the points that a signal is worth; null where its number is missing.</summary>
    public double? ShareOf(IReadOnlyDictionary<string, string> attributes)
    {
        if (Scale is not { } scale)
        {
            return 1;
        }

        return double.TryParse(attributes.GetValueOrDefault(scale.Attribute), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? Math.Clamp((number - scale.From) / (scale.To - scale.From), 0, 1)
            : null;
    }

    private static bool IsTrue(YamlNode rule, string key, bool otherwise) => Text(rule, key) is { } text ? bool.Parse(text) : otherwise;
}

/// <summary>Which signals a rule looks at together.</summary>
internal enum PlainRuleKind
{
    /// <summary>Each by itself.</summary>
    Single,

    /// <summary>So many within a time.</summary>
    Count,

    /// <summary>Types one after the other within a time.</summary>
    Sequence,

    /// <summary>Those before it within a time, which make it worth less.</summary>
    Diminishing,
}
