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
}
