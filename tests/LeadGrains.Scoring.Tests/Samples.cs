using System.Text;

namespace LeadGrains.Scoring.Tests;

/// <summary>Short ways to models, instants and signals.</summary>
internal static class Samples
{
    public static readonly Instant Start = Instant.FromDateTimeOffset(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));

    /// <summary>That many days after the start, which is a midnight.</summary>
    public static Instant Day(double days) => Start + TimeSpan.FromDays(days);

    public static HalfLife Days(double days) => HalfLife.FromTimeSpan(TimeSpan.FromDays(days));

    public static ScoringModel Model(string yaml)
    {
        var result = ModelReader.Read(yaml);
        Assert.True(result.IsValid, string.Join('\n', result.Problems));
        return result.Model;
    }

    public static SignalEffect Send(
        this IntentState state, ScoringModel model, string type, Instant at, params (string Name, string Value)[] attributes) =>
        state.Apply(model, Encoding.UTF8.GetBytes(type), at, new Attributes(attributes));

    public static Dictionary<string, TraitValue> Traits(params (string Name, object Value)[] traits) =>
        traits.ToDictionary(trait => trait.Name, trait => Value(trait.Value), StringComparer.Ordinal);

    private static TraitValue Value(object value) => value switch
    {
        string text => TraitValue.Text(text),
        bool truth => TraitValue.Truth(truth),
        double number => TraitValue.Number(number),
        int number => TraitValue.Number(number),
        object[] list => TraitValue.List([.. list.Select(Value)]),
        _ => throw new ArgumentException($"No trait is a {value.GetType()}.", nameof(value)),
    };
}

internal sealed class Attributes(params (string Name, string Value)[] attributes) : IAttributes
{
    public int Lookups { get; private set; }

    public bool TryGet(ReadOnlySpan<byte> nameUtf8, out ReadOnlySpan<byte> valueUtf8)
    {
        Lookups++;
        foreach (var (name, value) in attributes)
        {
            if (nameUtf8.SequenceEqual(Encoding.UTF8.GetBytes(name)))
            {
                valueUtf8 = Encoding.UTF8.GetBytes(value);
                return true;
            }
        }

        valueUtf8 = default;
        return false;
    }
}
