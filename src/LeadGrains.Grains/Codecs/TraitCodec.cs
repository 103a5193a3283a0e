using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>Traits as the journal and the rows keep them.</summary>
internal static class TraitCodec
{
    public static Stored.TraitValue ToStored(TraitValue value)
    {
        switch (value.Kind)
        {
            case TraitKind.Number:
                return new Stored.TraitValue { Number = value.AsNumber };
            case TraitKind.Truth:
                return new Stored.TraitValue { Truth = value.AsTruth };
            case TraitKind.List:
                var list = new Stored.TraitList();
                foreach (var element in value.Elements())
                    list.Values.Add(ToStored(element));
                return new Stored.TraitValue { List = list };
            default:
                return new Stored.TraitValue { Text = value.AsText };
        }
    }

    /// <summary>Writes what <see cref="ToStored(TraitValue)"/> gives under a name.</summary>
    public static void Write(MessageWriter to, int field, string name, TraitValue value)
    {
        var begun = to.Begin(field);
        to.Text(Stored.Trait.NameFieldNumber, name);
        Write(to, Stored.Trait.ValueFieldNumber, value);
        to.End(begun);
    }

    /// <summary>Null where the stored value is unset, which in a change means that the trait goes.</summary>
    public static TraitValue? FromStored(Stored.TraitValue? value) => value?.KindCase switch
    {
        Stored.TraitValue.KindOneofCase.Text => TraitValue.Text(value.Text),
        Stored.TraitValue.KindOneofCase.Number => TraitValue.Number(value.Number),
        Stored.TraitValue.KindOneofCase.Truth => TraitValue.Truth(value.Truth),
        Stored.TraitValue.KindOneofCase.List => TraitValue.List([.. value.List.Values.Select(FromStored).OfType<TraitValue>()]),
        _ => null,
    };

    public static Stored.TraitChange ToChange(TraitEdit edit)
    {
        var change = new Stored.TraitChange { Name = edit.Name };
        if (edit.Value is not null)
            change.Value = ToStored(edit.Value);
        return change;
    }

    public static TraitEdit FromChange(Stored.TraitChange change) => new(change.Name, FromStored(change.Value));

    public static IEnumerable<Stored.Trait> ToStored(IEnumerable<KeyValuePair<string, TraitValue>> traits) =>
        traits.OrderBy(trait => trait.Key, StringComparer.Ordinal)
            .Select(trait => new Stored.Trait { Name = trait.Key, Value = ToStored(trait.Value) });

    private static void Write(MessageWriter to, int field, TraitValue value)
    {
        var begun = to.Begin(field);
        switch (value.Kind)
        {
            case TraitKind.Number:
                to.DoubleAlways(Stored.TraitValue.NumberFieldNumber, value.AsNumber);
                break;
            case TraitKind.Truth:
                to.NumberAlways(Stored.TraitValue.TruthFieldNumber, value.AsTruth ? 1 : 0);
                break;
            case TraitKind.List:
                var list = to.Begin(Stored.TraitValue.ListFieldNumber);
                foreach (var element in value.Elements())
                    Write(to, Stored.TraitList.ValuesFieldNumber, element);
                to.End(list);
                break;
            default:
                to.TextAlways(Stored.TraitValue.TextFieldNumber, value.AsText);
                break;
        }

        to.End(begun);
    }
}
