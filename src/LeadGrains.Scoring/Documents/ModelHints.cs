using static LeadGrains.Scoring.Markdown;

namespace LeadGrains.Scoring;

/// <summary>What is allowed in a model and yet hardly meant. Only what is certain is told.</summary>
public static class ModelHints
{
    private const double Full = 100;

    /// <summary>The hints, for people; none where nothing stands out.</summary>
    public static IReadOnlyList<string> Of(ScoringModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. Groups(model), .. Rules(model), .. Stages(model, account: false), .. Stages(model, account: true), .. Thresholds(model, account: false), .. Thresholds(model, account: true), .. Machines(model)];
    }

    private static IEnumerable<string> Groups(ScoringModel model) =>
        from grouped in model.Groups
        where model.Rules.All(rule => rule.Group != grouped.Index)
        select $"the group \"{grouped.Name}\" has no rule";

    private static IEnumerable<string> Rules(ScoringModel model) =>
        from rule in model.Rules
        let bounded = model.Groups[rule.Group].Bounded(rule.Points)
        where bounded != rule.Points
        select $"the rule \"{rule.Name}\" gives {Number(rule.Points)} points, and its group \"{model.Groups[rule.Group].Name}\" holds only {Number(bounded)}";

    private static IEnumerable<string> Stages(ScoringModel model, bool account)
    {
        var fit = Math.Min(Full, (account ? model.AccountFit : model.ContactFit).Sum(rule => Math.Max(0, rule.Points)));
        var total = Scores.Total(model, fit, account ? Full : MostIntent(model));
        foreach (var stage in model.Stages(account).Stages.Skip(1))
        {
            var whose = account ? "account" : "contact";
            if (stage.MinFit > fit)
                yield return $"no {whose} can reach the stage \"{stage.Name}\": it asks for a fit of {Number(stage.MinFit)}, and the fit rules give at most {Number(fit)}";
            else if (stage.Enter > total)
                yield return $"no {whose} can reach the stage \"{stage.Name}\": it asks for a total of {Number(stage.Enter)}, and at most {Number(total)} is possible";
        }
    }

    private static IEnumerable<string> Thresholds(ScoringModel model, bool account)
    {
        var fit = Math.Min(Full, (account ? model.AccountFit : model.ContactFit).Sum(rule => Math.Max(0, rule.Points)));
        var intent = account ? Full : MostIntent(model);
        return from threshold in model.Thresholds(account).All
               let most = ThresholdSet.Value(threshold, fit, intent, Scores.Total(model, fit, intent))
               where threshold.Enter > most
               select $"no {(account ? "account" : "contact")} can reach the threshold \"{threshold.Name}\": it asks for {Number(threshold.Enter)}, and at most {Number(most)} is possible";
    }

    // Of a contact: all groups at their caps. An account may add up any number of contacts.
    private static double MostIntent(ScoringModel model)
    {
        var points = model.Groups.Where(grouped => model.Rules.Any(rule => rule.Group == grouped.Index && rule.Points > 0)).Sum(grouped => grouped.Cap ?? double.PositiveInfinity);
        return double.IsInfinity(points) ? Full : Scores.Intent(points, model.HalfPoint(account: false));
    }

    private static IEnumerable<string> Machines(ScoringModel model) =>
        from type in model.Machines?.Burst?.SignalTypes ?? []
        where !model.SignalTypes.Contains(type)
        select $"bursts watch \"{type}\", and no rule looks at it";
}
