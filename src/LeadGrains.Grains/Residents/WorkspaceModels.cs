using LeadGrains.Scoring;

namespace LeadGrains.Grains.Residents;

/// <summary>
/// The model that scores a workspace, by its code: for those who look for every row. Where there is only one model, nobody
/// looks at the workspace. Any thread; reading takes no lock.
/// </summary>
internal sealed class WorkspaceModels
{
    private readonly WorkspaceCodes _codes;
    private volatile ScoringModel[] _byCode = [];

    public WorkspaceModels(ModelSet set, WorkspaceCodes codes)
    {
        _codes = codes;
        Set = set;
        Only = set.Models.Length == 1 ? set.Everyones : null;
        HasSurges = set.Models.Any(model => model.Surge is not null);
        HasDormancy = set.Models.Any(model => model.DormantAfter != TimeSpan.MaxValue);
        HasParentShares = set.Models.Any(model => model.ParentShare > 0);
    }

    /// <summary>All of them.</summary>
    public ModelSet Set { get; }

    /// <summary>The model of all workspaces; null where there are several.</summary>
    public ScoringModel? Only { get; }

    /// <summary>Some model says when accounts surge.</summary>
    public bool HasSurges { get; }

    /// <summary>Some model says when grains are dormant.</summary>
    public bool HasDormancy { get; }

    /// <summary>Some model gives parent accounts a share.</summary>
    public bool HasParentShares { get; }

    /// <summary>One model, whatever the workspace.</summary>
    public static implicit operator WorkspaceModels(ScoringModel model) => new(new ModelSet(model), new WorkspaceCodes());

    /// <summary>The model of a workspace.</summary>
    public ScoringModel Of(ushort workspace) => Only ?? Find(workspace);

    private ScoringModel Find(ushort workspace)
    {
        var known = _byCode;
        if (workspace >= known.Length)
            _byCode = known = [.. Enumerable.Range(0, workspace + 1).Select(code => Set.Of(_codes.NameOf((ushort)code)))];
        return known[workspace];
    }
}
