using LeadGrains.Scoring;

namespace LeadGrains.Grains.Names;

/// <summary>The normalised names by which an account is found.</summary>
internal static class NameKeys
{
    /// <summary>Each once, in order; none for a name of which nothing is left.</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> companyNames) =>
        [.. companyNames.Prepend(name).Select(CompanyName.Normalise).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
