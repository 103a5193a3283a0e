using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Stages;
using LeadGrains.Grains.Watching;

namespace LeadGrains.Gateway.Changes;

/// <summary>Checks which changes somebody asks for.</summary>
internal static class ChangeChecks
{
    /// <summary>What the watcher is told.</summary>
    public static ChangeFilter Filter(V1.WatchChangesRequest request, RequestChecks fields) => new()
    {
        Types = Types(request.Types_, fields),
        Kinds = StageChecks.Kinds(request.Kinds, fields),
        To = StageChecks.Named("to_stages", request.ToStages, fields),
        From = StageChecks.Named("from_stages", request.FromStages, fields),
        Ids = StageChecks.Named("ids", request.Ids, fields),
    };

    /// <summary>Sorts of changes.</summary>
    public static HashSet<ChangeType> Types(IEnumerable<V1.ChangeType> asked, RequestChecks fields)
    {
        var types = new HashSet<ChangeType>();
        foreach (var type in asked)
        {
            if (TypeOf(type) is not { } known)
            {
                fields.Add("types", "types must be CHANGE_TYPE_STAGE, CHANGE_TYPE_SURGE or CHANGE_TYPE_WAKE_UP");
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
        _ => null,
    };
}
