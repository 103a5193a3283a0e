using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>Reads `disqualify`.</summary>
internal sealed class DisqualifierReader(ValueReader values, ConditionReader conditions)
{
    private const string Contact = "contact";
    private const string Account = "account";

    /// <summary>Those of contacts and those of accounts, as the document lists them.</summary>
    public (ImmutableArray<Disqualifier> Contact, ImmutableArray<Disqualifier> Account) Read(YamlNode? node)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var contacts = ImmutableArray.CreateBuilder<Disqualifier>();
        var accounts = ImmutableArray.CreateBuilder<Disqualifier>();
        foreach (var item in values.Items(node, "`disqualify`", ModelLimits.Disqualifiers))
        {
            if (values.Mapping(item, "a disqualifier") is not { } keys)
                continue;
            var name = keys.UniqueName(taken);
            var isAccount = IsAccount(keys);
            var condition = conditions.OnTrait(keys);
            var reason = keys.Text("reason", ModelLimits.Label) ?? name;
            keys.Close();
            if (name is not null && condition is not null)
                (isAccount ? accounts : contacts).Add(new Disqualifier(condition) { Name = name, Reason = reason! });
        }

        return (contacts.ToImmutable(), accounts.ToImmutable());
    }

    private bool IsAccount(MappingReader keys)
    {
        if (keys.Take("of") is not { } node)
            return false;
        if (node is YamlScalar { Value: Contact or Account } kind)
            return kind.Value == Account;
        values.Problems.Add(node, $"`of` must be {Contact} or {Account}");
        return false;
    }
}
