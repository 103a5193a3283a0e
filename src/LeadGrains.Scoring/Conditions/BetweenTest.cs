using System.Globalization;

namespace LeadGrains.Scoring;

/// <summary><c>between</c>: a number, or a text that reads as one, from low to high, both included.</summary>
internal sealed class BetweenTest(double low, double high) : ValueTest
{
    public override string Asks => FormattableString.Invariant($"is from {low} to {high}");

    public override bool Holds(ReadOnlySpan<byte> valueUtf8) =>
        double.TryParse(valueUtf8, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && IsBetween(number);

    public override bool Holds(TraitValue value) => value.Kind switch
    {
        TraitKind.Number => IsBetween(value.AsNumber),
        TraitKind.Text => double.TryParse(value.AsText, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && IsBetween(number),
        _ => false,
    };

    private bool IsBetween(double number) => number >= low && number <= high;
}
