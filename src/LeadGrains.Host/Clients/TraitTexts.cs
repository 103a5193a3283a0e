using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace LeadGrains.Host.Clients;

/// <summary>Traits from texts: what reads as a number is sent as one.</summary>
internal static class TraitTexts
{
    /// <summary>Of pairs: a name that comes again makes a list, and an empty value takes the trait away.</summary>
    public static Struct Message(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var message = new Struct();
        foreach (var trait in pairs.GroupBy(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal))
        {
            Value[] values = [.. trait.Where(text => text.Length > 0).Select(Read)];
            message.Fields[trait.Key] = values.Length switch
            {
                0 => Value.ForNull(),
                1 => values[0],
                _ => Value.ForList(values),
            };
        }

        return message;
    }

    // "007" and "1e3" are texts: as a number they would come back otherwise than they were written. So is "Infinity",
    // which is no number for the server.
    private static Value Read(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number.ToString(CultureInfo.InvariantCulture) == text
            ? Value.ForNumber(number)
            : text is "true" or "false" ? Value.ForBool(text == "true") : Value.ForString(text);
}
