using System.Globalization;

namespace LeadGrains.Scoring;

/// <summary>
/// What signals of an age still count under a model, and what is missing where everything is scored anew without them.
/// </summary>
/// <param name="Rule">The rule whose signal still counts most.</param>
/// <param name="Group">Its group.</param>
/// <param name="Points">What one such signal counts at that age.</param>
/// <param name="AllPoints">The most that all signals of the group together count at that age; null where nothing bounds them.</param>
/// <param name="NegligibleAfter">The age at which no signal of any rule counts a thousandth of a point any more.</param>
public sealed record RescoreLoss(ScoringRule Rule, ScoringGroup Group, double Points, double? AllPoints, TimeSpan NegligibleAfter)
{
    private const double Negligible = 0.001;

    /// <summary>Null where no signal of that age counts a thousandth of a point.</summary>
    public static RescoreLoss? Of(ScoringModel model, TimeSpan age)
    {
        RescoreLoss? largest = null;
        var enough = TimeSpan.Zero;
        foreach (var rule in model.Rules)
        {
            var group = model.Groups[rule.Group];
            var full = MostOf(model, rule, group);
            var halfLife = group.HalfLife.ToTimeSpan();
            var left = full * Math.Pow(2, -(age / halfLife));
            if (full > Negligible)
                enough = Later(enough, halfLife, Math.Log2(full / Negligible));
            if (left < Negligible || left <= largest?.Points)
                continue;
            var bound = Math.Max(group.Cap ?? double.PositiveInfinity, -(group.Floor ?? 0));
            largest = new RescoreLoss(rule, group, left, double.IsFinite(bound) ? bound * (left / full) : null, TimeSpan.Zero);
        }

        return largest is null ? null : largest with { NegligibleAfter = enough };
    }

    /// <summary>What signals of that age still count, as half a sentence for people.</summary>
    public string Describe(ScoringModel model)
    {
        var all = AllPoints is { } most ? string.Create(CultureInfo.InvariantCulture, $"all of the group together up to {most:0.###}") : "the group has no cap";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"under model {model.Name} a signal of that age still counts up to {Points:0.###} points (rule {Rule.Name}, group {Group.Name} with a half-life of {Days(Group.HalfLife.ToTimeSpan())}; {all})");
    }

    /// <summary>A span in days, or in hours where it is shorter than one.</summary>
    public static string Days(TimeSpan span) => span == TimeSpan.MaxValue
        ? "no age"
        : span.TotalDays >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(span.TotalDays * 10) / 10:0.#}d")
            : string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.####}h");

    // A number gives at most its points; a channel may give more. The group's bounds hold for one signal, too.
    private static double MostOf(ScoringModel model, ScoringRule rule, ScoringGroup group)
    {
        var most = Math.Abs(rule.Points);
        if (rule.HasChannel && model.Channels is { } channels)
            most *= channels.Factors.Select(channel => channel.Factor).Append(1).Max();
        var bound = rule.Points < 0 ? -(group.Floor ?? double.NegativeInfinity) : group.Cap ?? double.PositiveInfinity;
        return Math.Min(most, bound);
    }

    private static TimeSpan Later(TimeSpan known, TimeSpan halfLife, double halvings)
    {
        var ticks = halfLife.Ticks * halvings;
        return ticks >= TimeSpan.MaxValue.Ticks ? TimeSpan.MaxValue : new TimeSpan(Math.Max(known.Ticks, (long)ticks));
    }
}
