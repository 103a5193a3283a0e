using System.Globalization;
using Google.Protobuf;
using LeadGrains.Scoring;
using LeadGrains.V1;

namespace LeadGrains.Host.Loading.Traffic;

/// <summary>
/// What kinds of signals the load test sends: for each rule of the server's model one that it scores, each type bare,
/// and one that no rule knows. Kinds that are worth little come often, as in life.
/// </summary>
internal sealed class SignalCatalogue
{
    private const int TableSize = 1 << 12;
    private const int WithChannels = 8;
    private const string AgentAttribute = "user_agent";
    private const string UnknownType = "load_test_unscored";
    private readonly ushort[] _table;

    public SignalCatalogue(ScoringModel model, ModelConditions conditions)
    {
        var kinds = new List<SignalKind>();
        foreach (var attributes in model.Rules.SelectMany(rule => AttributesFor(rule, conditions).SelectMany(each => conditions.Shapes[rule.Name].Types.Select(type => (type, each)))))
        {
            Add(kinds, Kind(model, conditions, attributes.type, attributes.each));
        }

        Add(kinds, Kind(model, conditions, UnknownType, new Dictionary<string, string>(StringComparer.Ordinal)));
        Kinds = kinds;
        _table = Spread(kinds, model);
        Journeys = new LoadJourneys(model, conditions, kinds);
    }

    /// <summary>Signals that only together mean something.</summary>
    public LoadJourneys Journeys { get; }

    public IReadOnlyList<SignalKind> Kinds { get; }

    public int MaxEncodedBytes => Kinds.Max(kind => kind.Encoded.Length);

    /// <summary>The kind for some random bits.</summary>
    public int Choose(uint bits) => _table[bits % TableSize];

    private static void Add(List<SignalKind> kinds, SignalKind kind)
    {
        if (!kinds.Exists(known => known.Encoded.Span.SequenceEqual(kind.Encoded.Span)))
        {
            kinds.Add(kind);
        }
    }

    private static SignalKind Kind(ScoringModel model, ModelConditions conditions, string type, Dictionary<string, string> attributes)
    {
        // Something to carry for every signal, so that sizes are those of real ones.
        attributes.TryAdd("campaign", "autumn-2026-outreach");
        var isScanner = conditions.Machines is not null && attributes.GetValueOrDefault(AgentAttribute) == PlainMachines.Scanner;
        var matching =
            from rule in model.Rules
            let shape = conditions.Shapes[rule.Name]
            where !isScanner && shape.Types.Contains(type) && shape.ShareOf(attributes) is not null
                && conditions.Rules[rule.Name].All(condition => condition.Holds(attributes.GetValueOrDefault(condition.Name)))
            select rule.Index;
        var signal = new Signal { Source = "load", Type = type, Attributes = { attributes } };
        return new SignalKind(type, attributes, [.. matching], isScanner, signal.ToByteArray());
    }

    // One that the rule scores, one without any attribute, and those that differ in what the rule heeds beside its conditions.
    private static IEnumerable<Dictionary<string, string>> AttributesFor(ScoringRule rule, ModelConditions conditions)
    {
        var shape = conditions.Shapes[rule.Name];
        yield return With(rule, conditions);
        yield return new Dictionary<string, string>(StringComparer.Ordinal);
        if (shape.Scale is { } scale)
        {
            yield return With(rule, conditions, (scale.Attribute, Share(scale, 0.25)));
            yield return With(rule, conditions, (scale.Attribute, Share(scale, 0.75)));
        }

        if (shape.OncePer is { } oncePer)
        {
            yield return With(rule, conditions, (oncePer.Attribute, "guide"));
            yield return With(rule, conditions, (oncePer.Attribute, "report"));
        }

        if (rule.Index < WithChannels && conditions.Channels is { Attribute: { } attribute } channels)
        {
            foreach (var channel in channels.Names)
            {
                yield return With(rule, conditions, (attribute, channel));
            }
        }

        if (conditions.Machines is { } machines && (rule.Index == 0 || shape.Types.Any(machines.Types.Contains)))
        {
            yield return With(rule, conditions, (AgentAttribute, PlainMachines.Scanner));
            yield return With(rule, conditions, (AgentAttribute, PlainMachines.Person));
        }
    }

    private static Dictionary<string, string> With(ScoringRule rule, ModelConditions conditions, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var attributes = Satisfying(conditions.Rules[rule.Name]);
        foreach (var (name, value) in more)
        {
            attributes[name] = value;
        }

        return attributes;
    }

    private static string Share((string Attribute, double From, double To) scale, double share) =>
        (scale.From + (share * (scale.To - scale.From))).ToString(CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Satisfying(IReadOnlyList<PlainCondition> conditions)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var condition in conditions)
        {
            if (condition.Satisfying() is { } value)
            {
                attributes[condition.Name] = value;
            }
        }

        return attributes;
    }

    private static ushort[] Spread(List<SignalKind> kinds, ScoringModel model)
    {
        double[] weights = [.. kinds.Select(kind => 1 / (2 + kind.Rules.Sum(rule => Math.Abs(model.Rules[rule].Points))))];
        var sum = weights.Sum();
        var table = new ushort[TableSize];
        var kind = 0;
        var upTo = weights[0];
        for (var i = 0; i < table.Length; i++)
        {
            while (kind < kinds.Count - 1 && i >= upTo / sum * TableSize)
            {
                kind++;
                upTo += weights[kind];
            }

            table[i] = (ushort)kind;
        }

        return table;
    }
}
