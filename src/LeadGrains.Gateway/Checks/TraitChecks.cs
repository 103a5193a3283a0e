using System.Collections.Immutable;
using System.Text;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.Grains;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Checks;

/// <summary>Reads the traits of one item: texts, numbers, truths, lists of these, and null for "remove it".</summary>
internal static class TraitChecks
{
    private const string Field = "traits";

    /// <summary>The changes. With a fault there are none.</summary>
    public static ItemFault? Read(Struct? traits, out IReadOnlyList<TraitEdit> edits)
    {
        edits = [];
        if (traits is null)
            return null;
        if (traits.Fields.Count > Limits.TraitsPerGrain)
            return FieldChecks.TooLong(Field, traits.Fields.Count, Limits.TraitsPerGrain, "entries");

        var read = new TraitEdit[traits.Fields.Count];
        var count = 0;
        foreach (var (name, value) in traits.Fields)
        {
            if ((Name(name) ?? Edit(name, value, out read[count++])) is { } fault)
                return fault;
        }

        edits = read;
        return null;
    }

    /// <summary>What is wrong with the lengths of one trait; null is what takes it away.</summary>
    public static ItemFault? Bounds(string name, TraitValue? trait)
    {
        if ((Name(name) ?? (trait is null ? null : trait.Elements().Select(element => FieldChecks.Text(Field, element.AsText, Limits.TraitBytes)).FirstOrDefault(fault => fault is not null))) is { } fault)
            return fault;
        var bytes = Encoding.UTF8.GetByteCount(name) + (trait?.Elements().Sum(element => Encoding.UTF8.GetByteCount(element.AsText)) ?? 0);
        return bytes > Limits.TraitBytes ? FieldChecks.TooLong($"{Field}.{name}", bytes, Limits.TraitBytes, "bytes of name and value") : null;
    }

    private static ItemFault? Name(string name) => name.Length == 0
        ? FieldChecks.Invalid(Field, "has a trait without a name")
        : FieldChecks.Text(Field, name, Limits.TraitNameBytes) is { } fault
            ? fault with { Message = $"the name of a trait: {fault.Message}" }
            : null;

    private static ItemFault? Edit(string name, Value value, out TraitEdit edit)
    {
        edit = new TraitEdit(name, Value: null);
        if (value.KindCase == Value.KindOneofCase.NullValue)
            return null;

        var field = $"{Field}.{name}";
        var fault = value.KindCase == Value.KindOneofCase.ListValue
            ? List(field, value.ListValue.Values, out var trait)
            : Scalar(field, value, out trait);
        if (fault is not null)
            return fault;

        edit = new TraitEdit(name, trait);
        return Bounds(name, trait);
    }

    private static ItemFault? List(string field, RepeatedField<Value> values, out TraitValue trait)
    {
        trait = TraitValue.List([]);
        if (values.Count > Limits.TraitListElements)
            return FieldChecks.TooLong(field, values.Count, Limits.TraitListElements, "elements");

        var elements = ImmutableArray.CreateBuilder<TraitValue>(values.Count);
        foreach (var value in values)
        {
            if (Scalar(field, value, out var element) is { } fault)
                return fault;
            elements.Add(element);
        }

        trait = TraitValue.List(elements.MoveToImmutable());
        return null;
    }

    private static ItemFault? Scalar(string field, Value value, out TraitValue trait)
    {
        trait = TraitValue.Truth(false);
        switch (value.KindCase)
        {
            case Value.KindOneofCase.StringValue:
                trait = TraitValue.Text(value.StringValue);
                return FieldChecks.Text(field, value.StringValue, Limits.TraitBytes);
            case Value.KindOneofCase.NumberValue when double.IsFinite(value.NumberValue):
                trait = TraitValue.Number(value.NumberValue);
                return null;
            case Value.KindOneofCase.BoolValue:
                trait = TraitValue.Truth(value.BoolValue);
                return null;
            case Value.KindOneofCase.NumberValue:
                return FieldChecks.Invalid(field, "must be a finite number");
            default:
                return FieldChecks.Invalid(field, "must be a text, a number, true, false, a list of these, or null to remove it");
        }
    }
}
