using LeadGrains.Scoring;

namespace LeadGrains.Host.Loading.Traffic;

/// <summary>
/// Runs of signals of one contact that single signals, drawn by chance, hardly ever make up: a burst, and for each rule over
/// several signals those that earn its points.
/// </summary>
internal sealed class LoadJourneys
{
    /// <summary>How many times a repeat is repeated.</summary>
    private const int Repeats = 3;

    private static readonly long LongestTicks = TimeSpan.TicksPerDay / 2;

    private readonly List<LoadJourney> _journeys = [];

    public LoadJourneys(ScoringModel model, ModelConditions conditions, IReadOnlyList<SignalKind> kinds)
    {
        foreach (var rule in model.Rules)
        {
            var shape = conditions.Shapes[rule.Name];
            var each = shape.Types.Select(type => PlaceOf(kinds, type, rule.Index)).ToList();
            if (shape.Kind == PlainRuleKind.Single || each.Contains(-1))
            {
                continue;
            }

            List<int> run = shape.Kind == PlainRuleKind.Sequence ? each : [.. Enumerable.Repeat(each[0], Math.Max(shape.Count, Repeats))];
            _journeys.Add(new LoadJourney(run, (int)(Math.Min(shape.WithinTicks, LongestTicks) / TimeSpan.TicksPerSecond)));
        }

        if (conditions.Machines is { Count: > 0 } machines)
        {
            List<int> watched = [.. Enumerable.Range(0, kinds.Count).Where(kind => machines.Types.Contains(kinds[kind].Type))];
            List<int> burst = [.. Enumerable.Range(0, watched.Count == 0 ? 0 : machines.Count + 1).Select(place => watched[place % watched.Count])];
            _journeys.Add(new LoadJourney(burst, (int)(machines.WithinTicks / TimeSpan.TicksPerSecond)));
        }
    }

    /// <summary>The journey for some random bits; null where the model asks for none.</summary>
    public LoadJourney? Choose(uint bits) => _journeys.Count == 0 ? null : _journeys[Mixing.Below(bits, _journeys.Count)];

    private static int PlaceOf(IReadOnlyList<SignalKind> kinds, string type, int rule)
    {
        for (var i = 0; i < kinds.Count; i++)
        {
            if (kinds[i].Type == type && kinds[i].Rules.Contains(rule))
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>A run of signals of one contact.</summary>
/// <param name="Kinds">Their places in the catalogue, in the order of their time.</param>
/// <param name="Seconds">How far apart the first and the last lie at most.</param>
internal sealed record LoadJourney(IReadOnlyList<int> Kinds, int Seconds);
