using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>Reads `filters`: the traits that get a ranking column beside those of fit rules, roles and disqualifiers.</summary>
internal sealed class FilterReader(ValueReader values)
{
    private static readonly ImmutableArray<string> ContactDefaults = ["title", "seniority", "department", "region", "company"];
    private static readonly ImmutableArray<string> AccountDefaults = ["industry", "employees", "region", "territory", "segment"];

    /// <summary>The traits of each kind, none twice.</summary>
    /// <param name="node">The key's value.</param>
    /// <param name="usedOfContacts">Traits that the contacts' fit rules, the roles and the contacts' disqualifiers look at.</param>
    /// <param name="usedOfAccounts">Traits that the accounts' fit rules and disqualifiers look at.</param>
    public (ImmutableArray<string> Contact, ImmutableArray<string> Account) Read(
        YamlNode? node, IEnumerable<string> usedOfContacts, IEnumerable<string> usedOfAccounts)
    {
        var section = values.Section(node, "`filters`");
        var contact = OfKind(section, "contact", usedOfContacts, ContactDefaults);
        var account = OfKind(section, "account", usedOfAccounts, AccountDefaults);
        section.Close();
        return (contact, account);
    }

    private ImmutableArray<string> OfKind(
        MappingReader section, string kind, IEnumerable<string> used, ImmutableArray<string> defaults)
    {
        var node = section.Take(kind);
        var listed = node is null
            ? defaults
            : [.. values.Items(node, $"the filters of `{kind}`", ModelLimits.Values)
                .Select(item => values.Text(item, "a filter", ModelLimits.Label))
                .OfType<string>()];
        ImmutableArray<string> all = [.. used.Concat(listed).Distinct(StringComparer.Ordinal)];
        if (all.Length > ModelLimits.Filters)
            values.Problems.Add(
                node ?? section.Node,
                $"at most {ModelLimits.Filters} traits a kind can have a ranking column, and fit rules, roles, disqualifiers and filters of `{kind}` name {all.Length}");
        return all;
    }
}
