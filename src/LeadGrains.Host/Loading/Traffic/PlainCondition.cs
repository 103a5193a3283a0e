using System.Globalization;

namespace LeadGrains.Host.Loading.Traffic;

/// <summary>
/// A condition of the model, read and judged for the load test alone: what the server computes is compared with this,
/// so it shares no code with the server.
/// </summary>
/// <param name="Name">The attribute or trait.</param>
/// <param name="Accepted">`equals` and `in`: the value is one of these; null where nothing is said.</param>
/// <param name="Parts">`contains`: the value contains one of these; null where nothing is said.</param>
/// <param name="Range">`between`: low and high, both included; null where nothing is said.</param>
/// <param name="Exists">Whether there must be a value; null where only the value matters.</param>
internal sealed record PlainCondition(
    string Name, IReadOnlyList<string>? Accepted, IReadOnlyList<string>? Parts, (double Low, double High)? Range, bool? Exists)
{
    /// <summary>Whether it holds for a value; null stands for none.</summary>
    public bool Holds(string? value)
    {
        if (value is null)
        {
            return Exists == false;
        }

        return Exists != false
            && (Accepted is null || Accepted.Contains(value, StringComparer.OrdinalIgnoreCase))
            && (Parts is null || Parts.Any(part => value.Contains(part, StringComparison.OrdinalIgnoreCase)))
            && (Range is not { } range || IsWithin(range, value));
    }

    /// <summary>A value for which it holds, where that is simple to find; null for none at all.</summary>
    public string? Satisfying()
    {
        var value = this switch
        {
            { Exists: false } => null,
            { Accepted: [var first, ..] } => first,
            { Range: var (low, high) } => ((low + high) / 2).ToString(CultureInfo.InvariantCulture),
            { Parts: [var first, ..] } => $"a {first} b",
            _ => "yes",
        };
        return Holds(value) ? value : null;
    }

    private static bool IsWithin((double Low, double High) range, string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number >= range.Low && number <= range.High;
}
