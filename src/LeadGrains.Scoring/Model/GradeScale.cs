using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>Grades from A1 to D4: a letter by fit and a number by intent, thresholds "at or above".</summary>
/// <param name="Fit">Where A, B and C begin, falling.</param>
/// <param name="Intent">Where 1, 2 and 3 begin, falling.</param>
public sealed record GradeScale(ImmutableArray<double> Fit, ImmutableArray<double> Intent)
{
    private const int Numbers = 4;

    /// <summary>All grades, best first: A1, A2, A3, A4, B1 ... D4.</summary>
    public static ImmutableArray<string> Names { get; } =
        [.. "ABCD".SelectMany(letter => "1234".Select(number => $"{letter}{number}"))];

    /// <summary>The grade's place in <see cref="Names"/>.</summary>
    public int IndexOf(double fit, double intent) => Place(Fit, fit) * Numbers + Place(Intent, intent);

    /// <summary>The grade.</summary>
    public string Of(double fit, double intent) => Names[IndexOf(fit, intent)];

    private static int Place(ImmutableArray<double> thresholds, double value)
    {
        var place = 0;
        while (place < thresholds.Length && !(value >= thresholds[place]))
            place++;
        return place;
    }
}
