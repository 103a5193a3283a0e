using System.Text;

namespace LeadGrains.Scoring;

/// <summary>Names of companies that differ only in how they are written.</summary>
public static class CompanyName
{
    /// <summary>The trait of a contact that says where it works.</summary>
    public const string Trait = "company";

    /// <summary>No normalised name has more bytes of UTF-8.</summary>
    public const int MaxBytes = 128;

    /// <summary>
    /// The name without case, diacritics, punctuation and legal forms: "ACME GmbH &amp; Co. KG" and "Acmé, Inc." are both
    /// "acme". A legal form alone stays, since nothing else is known. Null where nothing is left, or more than
    /// <see cref="MaxBytes"/>.
    /// </summary>
    public static string? Normalise(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var words = NameWords.Of(name);
        LegalForms.List.Strip(words);
        var normalised = string.Join(' ', words);
        return normalised.Length == 0 || Encoding.UTF8.GetByteCount(normalised) > MaxBytes ? null : normalised;
    }

    /// <summary>The company that a contact's traits name, as it was written; empty where they name none. Of a list, the first.</summary>
    public static string Of(IReadOnlyDictionary<string, TraitValue> traits) =>
        traits.TryGetValue(Trait, out var company) && company.Elements() is [var first, ..] ? first.AsText : "";
}
