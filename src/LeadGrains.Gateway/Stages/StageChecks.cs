using Google.Protobuf.Collections;
using LeadGrains.Gateway.Checks;
using LeadGrains.Grains;
using LeadGrains.Grains.Watching;

namespace LeadGrains.Gateway.Stages;

/// <summary>Checks what a watcher asks for. A stage may be of a model that is not active: its changes are kept all the same.</summary>
internal static class StageChecks
{
    /// <summary>What the watcher is told.</summary>
    public static ChangeFilter Filter(V1.WatchStageChangesRequest request, RequestChecks fields) => new()
    {
        Types = new HashSet<ChangeType> { ChangeType.Stage },
        Kinds = Kinds(request.Kinds, fields),
        To = Named("to_stages", request.ToStages, fields),
        From = Named("from_stages", request.FromStages, fields),
        Ids = Named("ids", request.Ids, fields),
    };

    /// <summary>Contacts, accounts, or both.</summary>
    public static HashSet<GrainKind> Kinds(IEnumerable<V1.GrainKind> asked, RequestChecks fields)
    {
        var kinds = new HashSet<GrainKind>();
        foreach (var kind in asked)
        {
            if (kind is V1.GrainKind.Contact or V1.GrainKind.Account)
                kinds.Add(kind == V1.GrainKind.Contact ? GrainKind.Contact : GrainKind.Account);
            else
            {
                fields.Add("kinds", "kinds must be GRAIN_KIND_CONTACT or GRAIN_KIND_ACCOUNT");
                break;
            }
        }

        return kinds;
    }

    /// <summary>Ids or stages, at most so many as one may name.</summary>
    public static HashSet<string> Named(string field, RepeatedField<string> names, RequestChecks fields)
    {
        if (names.Count > Limits.WatchedNames)
        {
            fields.Add(FieldChecks.TooLong(field, names.Count, Limits.WatchedNames, "entries"));
            return [];
        }

        if (names.Select(name => FieldChecks.Id(field, name)).FirstOrDefault(fault => fault is not null) is { } wrong)
            fields.Add(wrong);
        return names.ToHashSet(StringComparer.Ordinal);
    }
}
