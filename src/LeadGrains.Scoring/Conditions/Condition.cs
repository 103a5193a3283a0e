using System.Collections.Immutable;
using System.Text;

namespace LeadGrains.Scoring;

/// <summary>What a rule asks of one attribute or trait. All of its tests must hold.</summary>
/// <param name="name">The attribute or trait.</param>
/// <param name="slot">The name's number in the model, so that rules in a row which ask for one attribute share a look-up.</param>
/// <param name="exists">Whether it must be there, or must not; unset where only its value matters.</param>
/// <param name="tests">Tests of the value, none where it must not be there.</param>
internal sealed class Condition(string name, int slot, bool? exists, ImmutableArray<ValueTest> tests)
{
    private readonly byte[] _nameUtf8 = Encoding.UTF8.GetBytes(name);

    public string Name => name;

    /// <summary>What it asks, for people, to follow the name.</summary>
    public string Asks => (exists, tests.IsEmpty) switch
    {
        (false, _) => "is not given",
        (_, true) => "is given",
        _ => string.Join(" and ", tests.Select(test => test.Asks)),
    };

    /// <summary>Whether it holds for a signal. <paramref name="found"/> carries the attribute looked up last.</summary>
    public bool Holds<TAttributes>(in TAttributes attributes, ref FoundAttribute found)
        where TAttributes : IAttributes, allows ref struct
    {
        if (found.Slot != slot)
        {
            found.IsThere = attributes.TryGet(_nameUtf8, out found.Value);
            found.Slot = slot;
        }

        if (!found.IsThere)
            return exists == false;
        if (exists == false)
            return false;
        foreach (var test in tests)
        {
            if (!test.Holds(found.Value))
                return false;
        }

        return true;
    }

    /// <summary>Whether it holds for these traits. A test of a list holds if it holds for any element.</summary>
    public bool Holds(IReadOnlyDictionary<string, TraitValue> traits)
    {
        if (!traits.TryGetValue(name, out var value))
            return exists == false;
        return exists != false && tests.All(test => value.Elements().Any(test.Holds));
    }
}
