using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>Reads `buying_group`: names of roles, each at most once.</summary>
internal sealed class BuyingGroupReader(ValueReader values)
{
    /// <summary>The places of the named roles among all, in the order in which they are named.</summary>
    public ImmutableArray<int> Read(YamlNode? node, ImmutableArray<Role> roles)
    {
        var group = ImmutableArray.CreateBuilder<int>();
        foreach (var item in values.Items(node, "`buying_group`", ModelLimits.Roles))
        {
            if (values.Text(item, "a role of `buying_group`", ModelLimits.Name) is not { } name)
                continue;
            var place = IndexOf(roles, name);
            if (place < 0)
                values.Problems.Add(item, $"`roles` has no role \"{name}\"");
            else if (group.Contains(place))
                values.Problems.Add(item, $"the role \"{name}\" stands here twice");
            else
                group.Add(place);
        }

        return group.ToImmutable();
    }

    private static int IndexOf(ImmutableArray<Role> roles, string name)
    {
        for (var place = 0; place < roles.Length; place++)
        {
            if (roles[place].Name == name)
                return place;
        }

        return -1;
    }
}
