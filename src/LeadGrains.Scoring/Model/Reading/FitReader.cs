using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>Reads `fit` and `roles`.</summary>
internal sealed class FitReader(ValueReader values, ConditionReader conditions)
{
    public (ImmutableArray<FitRule> Contact, ImmutableArray<FitRule> Account) Fit(YamlNode? node)
    {
        var section = values.Section(node, "`fit`");
        var contact = Rules(section.Take("contact"), "the contacts' fit");
        var account = Rules(section.Take("account"), "the accounts' fit");
        section.Close();
        return (contact, account);
    }

    public ImmutableArray<Role> Roles(YamlNode? node)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var roles = ImmutableArray.CreateBuilder<Role>();
        foreach (var item in values.Items(node, "`roles`", ModelLimits.Roles))
        {
            if (values.Mapping(item, "a role") is not { } keys)
                continue;
            var name = keys.UniqueName(taken);
            var condition = conditions.OnTrait(keys);
            var weight = keys.RequiredNumber("weight", 0, ModelLimits.RoleWeight);
            keys.Close();
            if (name is not null && condition is not null && weight is not null)
                roles.Add(new Role(condition) { Name = name, Weight = weight.Value });
        }

        return roles.ToImmutable();
    }

    private ImmutableArray<FitRule> Rules(YamlNode? node, string what)
    {
        var taken = new HashSet<string>([ScorePart.Clip], StringComparer.Ordinal);
        var rules = ImmutableArray.CreateBuilder<FitRule>();
        foreach (var item in values.Items(node, what, ModelLimits.FitRules))
        {
            if (values.Mapping(item, "a fit rule") is not { } keys)
                continue;
            var name = keys.UniqueName(taken);
            var label = keys.Text("label", ModelLimits.Label) ?? name;
            var condition = conditions.OnTrait(keys);
            var points = keys.RequiredNumber("points", -ModelLimits.Points, ModelLimits.Points);
            keys.Close();
            if (name is not null && condition is not null && points is not null)
                rules.Add(new FitRule(condition) { Name = name, Label = label!, Points = points.Value });
        }

        return rules.ToImmutable();
    }
}
