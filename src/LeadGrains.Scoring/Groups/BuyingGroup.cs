using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>The roles that it takes to decide, and who of an account fills them at an instant.</summary>
/// <param name="Roles">In the order of the model's `buying_group`.</param>
public sealed record BuyingGroup(ImmutableArray<BuyingRole> Roles)
{
    /// <summary>How many roles some engaged contact fills.</summary>
    public int Covered => Roles.Count(role => role.IsCovered);

    /// <summary>The names of those that none does, in the same order.</summary>
    public IReadOnlyList<string> Missing => [.. Roles.Where(role => !role.IsCovered).Select(role => role.Name)];
}

/// <summary>One role of a <see cref="BuyingGroup"/>.</summary>
/// <param name="Name">As the model names it.</param>
/// <param name="Contacts">Contacts of the account who have the role.</param>
/// <param name="Engaged">Those of them with recent intent: each counts 1 at its last signal that brought points, and fades from there.</param>
/// <param name="IsCovered">At least one of them still counts half: it engaged within one engaged half-life.</param>
public sealed record BuyingRole(string Name, int Contacts, double Engaged, bool IsCovered);
