using LeadGrains.Host.Loading.Traffic;
using LeadGrains.Scoring;

namespace LeadGrains.Host.Loading.Verification;

/// <summary>
/// The model's numbers and the plain formulas over them. Written from the definitions and not from the server's code,
/// so that an error there shows as a difference.
/// </summary>
internal sealed class PlainModel(ScoringModel model, ModelConditions conditions)
{
    public IReadOnlyList<ScoringGroup> Groups { get; } = model.Groups;

    public IReadOnlyList<ScoringRule> Rules { get; } = model.Rules;

    /// <summary>What shows that a machine acted; null where the model does not ask.</summary>
    public PlainMachines? Machines { get; } = conditions.Machines;

    /// <summary>The channels' factors.</summary>
    public PlainChannels Channels { get; } = conditions.Channels;

    /// <summary>What is left of a point after some time: 2^(-elapsed / half-life).</summary>
    public static double Left(long elapsedTicks, HalfLife halfLife) => Math.Pow(2, -(double)elapsedTicks / halfLife.Ticks);

    /// <summary>What a rule makes of the signals that meet its conditions.</summary>
    public PlainRule Shape(ScoringRule rule) => conditions.Shapes[rule.Name];

    public double ContactFit(IReadOnlyDictionary<string, string> traits) => Fit(model.ContactFit, conditions.ContactFit, traits);

    public double AccountFit(IReadOnlyDictionary<string, string> traits) => Fit(model.AccountFit, conditions.AccountFit, traits);

    /// <summary>Why the contact is disqualified; null where it is not.</summary>
    public string? ContactDisqualified(IReadOnlyDictionary<string, string> traits) => PlainDisqualifier.ReasonOf(conditions.ContactDisqualifiers, traits);

    /// <summary>Why the account is disqualified; null where it is not.</summary>
    public string? AccountDisqualified(IReadOnlyDictionary<string, string> traits) => PlainDisqualifier.ReasonOf(conditions.AccountDisqualifiers, traits);

    /// <summary>How much a contact's points count for its account: the first role that matches, else 1.</summary>
    public double RoleWeight(IReadOnlyDictionary<string, string> traits)
    {
        foreach (var role in model.Roles)
        {
            if (conditions.Roles[role.Name].Holds(traits.GetValueOrDefault(role.Trait)))
            {
                return role.Weight;
            }
        }

        return 1;
    }

    /// <summary>How much a contact counts as engaged, so long after its last signal that brought points.</summary>
    public double Engagement(long elapsedTicks) => Left(elapsedTicks, model.EngagedHalfLife);

    /// <summary>What the sum of the contacts' points is multiplied by.</summary>
    public double BreadthFactor(double engaged) => Math.Min(model.BreadthMax, 1 + (model.BreadthStep * Math.Max(0, engaged - 1)));

    /// <summary>The whole score from its two sides.</summary>
    public PlainScore Score(double fit, double intentPoints, PlainVelocity velocity, bool account)
    {
        var intent = intentPoints <= 0 ? 0 : 100 * (1 - Math.Pow(2, -intentPoints / model.HalfPoint(account)));
        return new PlainScore(fit, intent, (model.FitWeight * fit) + (model.IntentWeight * intent), intentPoints, velocity);
    }

    /// <summary>Letter by fit, number by intent, thresholds "at or above".</summary>
    public string Grade(double fit, double intent) => $"{"ABCD"[Place(model.Grade.Fit, fit)]}{"1234"[Place(model.Grade.Intent, intent)]}";

    /// <summary>Whether a stage can be shown at such a score: its leave level and its fit are met.</summary>
    public bool MayShow(string stage, double total, double fit, bool account)
    {
        var ladder = (account ? model.AccountStages : model.ContactStages).Stages;
        for (var i = 0; i < ladder.Length; i++)
        {
            if (ladder[i].Name == stage)
            {
                return i == 0 || (total >= ladder[i].Leave - Comparison.Tolerance && fit >= ladder[i].MinFit - Comparison.Tolerance);
            }
        }

        return ladder.Length == 0 && stage.Length == 0;
    }

    private static int Place(IReadOnlyList<double> thresholds, double value) => thresholds.TakeWhile(threshold => value < threshold).Count();

    private static double Fit(
        IReadOnlyList<FitRule> rules, IReadOnlyDictionary<string, PlainCondition> conditions, IReadOnlyDictionary<string, string> traits) =>
        Math.Clamp(rules.Where(rule => conditions[rule.Name].Holds(traits.GetValueOrDefault(rule.Trait))).Sum(rule => rule.Points), 0, 100);
}

/// <summary>A score as the load test computes it.</summary>
internal readonly record struct PlainScore(double Fit, double Intent, double Total, double IntentPoints, PlainVelocity Velocity);
