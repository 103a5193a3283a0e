using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>A page token is not one of ours, or belongs to another query or model.</summary>
public sealed class PageTokenException(string message) : GrainException(message);

/// <summary>A ranking was to be filtered by a trait that has no column.</summary>
public sealed class UnknownFilterException : GrainException
{
    internal UnknownFilterException(string trait, string modelKey)
        : base($"There is no filter on trait '{trait}'. Add it to {modelKey} in the model.")
    {
        Trait = trait;
        ModelKey = modelKey;
    }

    /// <summary>The trait's name.</summary>
    public string Trait { get; }

    /// <summary>Where the model lists traits that can be filtered by.</summary>
    public string ModelKey { get; }

    /// <summary>Throws if the filter names a trait that the model gives no column.</summary>
    internal static void ThrowIfUnknown(ScoringModel model, GrainKind kind, RankFilter filter)
    {
        var known = model.Filters(kind == GrainKind.Account);
        foreach (var trait in filter.Traits.Keys)
        {
            if (!known.Contains(trait))
                throw new UnknownFilterException(trait, kind == GrainKind.Account ? "filters.account" : "filters.contact");
        }
    }
}
