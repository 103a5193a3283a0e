namespace LeadGrains.Scoring;

/// <summary>Which role a contact has, and how much its points count for its account.</summary>
public static class RoleWeight
{
    /// <summary>The place among the model's roles of the first one whose condition holds; -1 where none does.</summary>
    public static int IndexOf(ScoringModel model, IReadOnlyDictionary<string, TraitValue> traits)
    {
        for (var role = 0; role < model.Roles.Length; role++)
        {
            if (model.Roles[role].Condition.Holds(traits))
                return role;
        }

        return -1;
    }

    /// <summary>The weight of the role at that place; 1 for -1, which is none.</summary>
    public static double Of(ScoringModel model, int role) => role < 0 ? 1 : model.Roles[role].Weight;
}
