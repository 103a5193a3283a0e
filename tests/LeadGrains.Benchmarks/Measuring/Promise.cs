using System.Globalization;

namespace LeadGrains.Benchmarks.Measuring;

/// <summary>A figure that LeadGrains is to reach. Those without a finding are reported as not measured.</summary>
/// <param name="Words">What is promised, without the number.</param>
/// <param name="Bound">The number.</param>
/// <param name="IsAtLeast">Whether more is better.</param>
/// <param name="Unit">What follows the number.</param>
internal sealed record Promise(string Words, double Bound, bool IsAtLeast, string Unit)
{
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{(IsAtLeast ? "at least" : "at most")} {Bound:#,0.###}{Unit}");

    public bool IsKeptBy(double figure) => IsAtLeast ? figure >= Bound : figure <= Bound;
}

/// <summary>What an experiment says of a promise. The median decides.</summary>
/// <param name="Promise">Which one.</param>
/// <param name="Where">Under which circumstances, such as "unary"; empty where there is but one.</param>
/// <param name="Measured">The figure that is compared with the bound.</param>
internal sealed record Finding(Promise Promise, string Where, Spread Measured)
{
    public bool IsKept => Promise.IsKeptBy(Measured.Median);
}
