using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>Reads what a rule asks of an attribute or trait: the keys equals, in, contains, between and exists.</summary>
internal sealed class ConditionReader(ValueReader values)
{
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);

    /// <summary>The conditions of a rule's `when`: attributes, each with what is asked of it.</summary>
    public ImmutableArray<Condition> When(YamlNode? node)
    {
        if (node is null)
            return [];
        var attributes = values.Section(node, "`when`");
        if (attributes.Entries.Count > ModelLimits.Conditions)
            values.Problems.Add(node, $"`when` must name at most {ModelLimits.Conditions} attributes");
        var conditions = ImmutableArray.CreateBuilder<Condition>();
        foreach (var (key, value) in attributes.Entries.Take(ModelLimits.Conditions).Select(entry => (entry.Key, entry.Value)))
        {
            if (values.Text(key, "an attribute's name", ModelLimits.Label) is not { } name
                || values.Mapping(value, $"the condition on `{name}`") is not { } asked)
                continue;
            conditions.Add(Read(asked, name));
            asked.Close();
        }

        return conditions.ToImmutable();
    }

    /// <summary>The condition that stands among the keys of a fit rule or a role, with its trait.</summary>
    public Condition? OnTrait(MappingReader keys)
    {
        var trait = keys.RequiredText("trait", ModelLimits.Label);
        var condition = Read(keys, trait ?? "");
        return trait is null ? null : condition;
    }

    private Condition Read(MappingReader keys, string name)
    {
        var (tests, asked) = Tests(keys);
        bool? exists = null;
        if (keys.Take("exists") is { } presence)
        {
            asked++;
            exists = values.Truth(presence, "`exists`");
        }

        if (asked == 0)
            values.Problems.Add(keys.Node, "a condition needs one of equals, in, contains, between, exists");
        if (exists == false && asked > 1)
            values.Problems.Add(keys.Node, "what must not exist cannot have a value: `exists: false` stands alone");
        return new Condition(name, Slot(name), exists, tests);
    }

    // The tests of a value, and how many of their keys stand there: a faulty one is a problem of its own already.
    private (ImmutableArray<ValueTest> Tests, int Asked) Tests(MappingReader keys)
    {
        ImmutableArray<ValueTest?> tests =
        [
            .. One(keys.Take("equals"), node => new EqualsTest(
                values.Text(node, "`equals`", ModelLimits.Value) is { } text ? [new FoldedText(text)] : [])),
            .. One(keys.Take("in"), node => new EqualsTest(Folded(node, "`in`"))),
            .. One(keys.Take("contains"), node => new ContainsTest(Folded(node, "`contains`"))),
            .. One(keys.Take("between"), Between),
        ];
        return ([.. tests.OfType<ValueTest>()], tests.Length);
    }

    private static IEnumerable<ValueTest?> One(YamlNode? node, Func<YamlNode, ValueTest?> read) =>
        node is null ? [] : [read(node)];

    private ImmutableArray<FoldedText> Folded(YamlNode node, string what) =>
        [.. values.Texts(node, what).Select(text => new FoldedText(text))];

    private BetweenTest? Between(YamlNode node)
    {
        if (node is not YamlList { Items: [var first, var last] })
        {
            values.Problems.Add(node, "`between` must be a list of two numbers, [low, high]");
            return null;
        }

        var low = values.Number(first, "the low end of `between`", -ModelLimits.Number, ModelLimits.Number);
        var high = values.Number(last, "the high end of `between`", -ModelLimits.Number, ModelLimits.Number);
        if (low is null || high is null)
            return null;
        if (low > high)
            values.Problems.Add(node, "the low end of `between` lies above its high end");
        return new BetweenTest(low.Value, high.Value);
    }

    private int Slot(string name)
    {
        if (!_slots.TryGetValue(name, out var slot))
            _slots[name] = slot = _slots.Count;
        return slot;
    }
}
