using LeadGrains.Scoring;

namespace LeadGrains.Grains.Following;

/// <summary>
/// Bounds what the models of all workspaces take together: rows have a column in memory for whatever any of them needs, so
/// that what one workspace publishes makes the rows of all others larger.
/// </summary>
internal static class ModelRoom
{
    /// <summary>
    /// Refuses a set in which the workspace's own model needs more beside the others than is left. What nobody but it
    /// needs counts: one that takes the columns of others is never refused. Everyone's model is not asked: who runs the
    /// server gives it.
    /// </summary>
    /// <exception cref="ModelRoomException">There is not so much room.</exception>
    public static void Require(ModelSet set, string workspace)
    {
        if (!set.Own.TryGetValue(workspace, out var model))
            return;
        ScoringModel[] others = [set.Everyones, .. set.Own.Where(own => own.Key != workspace).Select(own => own.Value)];
        Bound("half-lives of groups (those of groups with negative points counted apart)", each => each.OwnColumns.AsEnumerable(), Limits.DecayColumns, Limits.DecayColumnsOfWorkspace);
        Bound<HalfLife>("engaged half-lives", each => [each.EngagedHalfLife], Limits.EngagedHalfLives, Limits.EngagedHalfLives);
        Bound("traits of contacts to filter by", each => each.Filters(account: false).AsEnumerable(), Limits.FilterColumns, Limits.FilterColumns);
        Bound("traits of accounts to filter by", each => each.Filters(account: true).AsEnumerable(), Limits.FilterColumns, Limits.FilterColumns);

        void Bound<T>(string what, Func<ScoringModel, IEnumerable<T>> of, int most, int mostOfOne)
        {
            var taken = others.SelectMany(of).ToHashSet();
            var needed = of(model).Distinct().Count(each => !taken.Contains(each));
            var left = Math.Max(0, Math.Min(mostOfOne, most - taken.Count));
            if (needed > left)
                throw new ModelRoomException(what, needed, left);
        }
    }
}
