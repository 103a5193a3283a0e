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
    private const string UnknownType = "load_test_unscored";
    private readonly ushort[] _table;

    public SignalCatalogue(ScoringModel model, ModelConditions conditions)
    {
        var kinds = new List<SignalKind>();
        foreach (var rule in model.Rules)
        {
            Add(kinds, Kind(model, conditions, rule.SignalType, Satisfying(conditions.Rules[rule.Name])));
            Add(kinds, Kind(model, conditions, rule.SignalType, new Dictionary<string, string>(StringComparer.Ordinal)));
        }

        Add(kinds, Kind(model, conditions, UnknownType, new Dictionary<string, string>(StringComparer.Ordinal)));
        Kinds = kinds;
        _table = Spread(kinds, model);
    }

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
        var matching =
            from rule in model.Rules
            where rule.SignalType == type && conditions.Rules[rule.Name].All(condition => condition.Holds(attributes.GetValueOrDefault(condition.Name)))
            select rule.Index;
        var signal = new Signal { Source = "load", Type = type, Attributes = { attributes } };
        return new SignalKind(type, attributes, [.. matching], signal.ToByteArray());
    }

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
