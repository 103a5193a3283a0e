namespace LeadGrains.Scoring;

/// <summary>How much a contact's points count for its account.</summary>
public static class RoleWeight
{
    /// <summary>The weight of the first role whose condition holds, else 1.</summary>
    public static double Of(ScoringModel model, IReadOnlyDictionary<string, TraitValue> traits)
    {
        foreach (var role in model.Roles)
        {
            if (role.Condition.Holds(traits))
                return role.Weight;
        }

        return 1;
    }
}
