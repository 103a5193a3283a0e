using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Signals;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Accounts;

/// <summary>
/// A company's activation: what its own entries made. What its contacts contribute is not in it but in the
/// partition's contribution table, since roll-ups are derived and never journalled.
/// </summary>
internal sealed class AccountGrain(int slot) : Grain(slot)
{
    private readonly List<string> _domains = [];

    /// <summary>The display name; empty where none was given.</summary>
    public string Name { get; set; } = "";

    /// <summary>Domains that it has claimed.</summary>
    public IReadOnlyList<string> Domains => _domains;

    /// <summary>The account that holds the domain which this one is named as; may be itself; empty where none does.</summary>
    public string ClaimedBy { get; set; } = "";

    /// <summary>It was upserted or had a signal of its own. A claim alone does not make an account.</summary>
    public bool HasEntry { get; set; }

    /// <summary>Account fit, 0 to 100. Follows the traits.</summary>
    public double Fit { get; private set; }

    /// <summary>False where the signal is a duplicate, which changes nothing but the sequence.</summary>
    public bool ApplySignal(in SignalFacts signal, long sequence, ScoringModel model)
    {
        Advance(sequence, signal.ReceivedAt);
        if (!Seen.TryAdd(signal.SeenHash, signal.ReceivedAt))
            return false;
        HasEntry = true;
        CountSignal(signal.ScoringInstant);
        Intent.Apply(model, signal.Type, signal.ScoringInstant, signal.Attributes);
        return true;
    }

    /// <summary>False, with nothing changed, where it would hold too many traits or domains.</summary>
    public bool ApplyUpsert(
        string? name, IReadOnlyCollection<string> domains, IReadOnlyCollection<TraitEdit> traits, long sequence, Instant receivedAt,
        ScoringModel model)
    {
        Advance(sequence, receivedAt);
        ScoreChanged = true;
        if (_domains.Union(domains).Count() > Limits.DomainsPerAccount || !ApplyTraits(traits))
            return false;
        HasEntry = true;
        if (!string.IsNullOrEmpty(name))
            Name = name;
        AddDomains(domains);
        FollowTraits(model);
        return true;
    }

    /// <summary>First come holds. False where another account already does.</summary>
    public bool ApplyClaim(string by, long sequence, Instant receivedAt)
    {
        Advance(sequence, receivedAt);
        if (ClaimedBy.Length > 0 && ClaimedBy != by)
            return false;
        ClaimedBy = by;
        ScoreChanged = true;
        return true;
    }

    public void ApplyRelease(string by, long sequence, Instant receivedAt)
    {
        Advance(sequence, receivedAt);
        if (ClaimedBy != by)
            return;
        ClaimedBy = "";
        ScoreChanged = true;
    }

    /// <summary>Computes again what only depends on the traits and the model.</summary>
    public void FollowTraits(ScoringModel model) => Fit = Scoring.Fit.Of(model.AccountFit, Traits);

    public void AddDomains(IEnumerable<string> domains)
    {
        foreach (var domain in domains)
        {
            if (!_domains.Contains(domain))
                _domains.Add(domain);
        }
    }
}
