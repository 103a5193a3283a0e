using Google.Protobuf.WellKnownTypes;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Values;

/// <summary>Traits on the wire. Reading them is <see cref="Checks.TraitChecks"/>'s, since a caller may send anything.</summary>
internal static class TraitMessages
{
    public static Struct Write(IReadOnlyDictionary<string, TraitValue> traits)
    {
        var message = new Struct();
        foreach (var (name, value) in traits)
            message.Fields.Add(name, Write(value));
        return message;
    }

    private static Value Write(TraitValue value) => value.Kind switch
    {
        TraitKind.Text => Value.ForString(value.AsText),
        TraitKind.Number => Value.ForNumber(value.AsNumber),
        TraitKind.Truth => Value.ForBool(value.AsTruth),
        TraitKind.List => Value.ForList([.. value.Elements().Select(Write)]),
        _ => throw new ArgumentOutOfRangeException(nameof(value), value.Kind, "No such kind of trait in the API."),
    };
}
