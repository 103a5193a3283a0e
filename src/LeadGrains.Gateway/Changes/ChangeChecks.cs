using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Stages;
using LeadGrains.Grains.Watching;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Changes;

/// <summary>Checks which changes somebody asks for.</summary>
internal static class ChangeChecks
{
    /// <summary>What the watcher is told.</summary>
    /// <param name="request">Where it begins now, it names thresholds of the active model; former models had others.</param>
    /// <param name="model">The active one.</param>
    /// <param name="fields">Gets what is wrong.</param>
    public static ChangeFilter Filter(V1.WatchChangesRequest request, ScoringModel model, RequestChecks fields)
    {
        var filter = new ChangeFilter
        {
            Types = Types(request.Types_, fields),
            Kinds = StageChecks.Kinds(request.Kinds, fields),
            To = StageChecks.Named("to_stages", request.ToStages, fields),
            From = StageChecks.Named("from_stages", request.FromStages, fields),
            Thresholds = StageChecks.Named("thresholds", request.Thresholds, fields),
            Ids = StageChecks.Named("ids", request.Ids, fields),
        };
        if (request.ResumeToken.Length == 0 && !request.FromStart)
            KnownNames.Thresholds("thresholds", filter.Thresholds, model, filter.Kinds, fields);
        return filter;
    }

    /// <summary>Sorts of changes.</summary>
    public static HashSet<ChangeType> Types(IEnumerable<V1.ChangeType> asked, RequestChecks fields)
    {
        var types = new HashSet<ChangeType>();
        foreach (var type in asked)
        {
            if (TypeOf(type) is not { } known)
            {
                fields.Add("types", "types must be CHANGE_TYPE_STAGE, CHANGE_TYPE_SURGE, CHANGE_TYPE_WAKE_UP or CHANGE_TYPE_THRESHOLD");
                break;
            }

            types.Add(known);
        }

        return types;
    }

    /// <summary>A sort of changes; null for one that is none.</summary>
    public static ChangeType? TypeOf(V1.ChangeType type) => type switch
    {
        V1.ChangeType.Stage => ChangeType.Stage,
        V1.ChangeType.Surge => ChangeType.Surge,
        V1.ChangeType.WakeUp => ChangeType.WakeUp,
        V1.ChangeType.Threshold => ChangeType.Threshold,
        _ => null,
    };
}
