using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Signals;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Accounts;

/// <summary>
/// A company's activation: what its own entries made. What its contacts contribute is not in it but in the
/// partition's contribution table, since roll-ups are derived and never journalled.
/// </summary>
internal sealed class AccountGrain(int slot, ListArena? arena = null) : Grain(slot, arena)
{
    // Claims whose process died before it could take them back stay until the next one is for good.
    private const int PendingClaimsMax = 64;

    private readonly List<string> _domains = [];
    private readonly List<long> _pendingClaims = [];
    private readonly List<string> _companyNames = [];
    private IReadOnlyList<string>? _nameKeys;

    /// <summary>The display name; empty where none was given.</summary>
    public string Name { get; set; } = "";

    /// <summary>The account that it is a part of; empty where it is of none.</summary>
    public string ParentId { get; set; } = "";

    /// <summary>When <see cref="Name"/> was told; <see cref="Instant.Epoch"/> where that is not known.</summary>
    public Instant NameToldAt { get; set; }

    /// <summary>When <see cref="ParentId"/> was told or taken away; the same.</summary>
    public Instant ParentToldAt { get; set; }

    /// <summary>Domains that it has claimed.</summary>
    public IReadOnlyList<string> Domains => _domains;

    /// <summary>Other names of the company, beside <see cref="Name"/>.</summary>
    public IReadOnlyList<string> CompanyNames => _companyNames;

    /// <summary>All its names, normalised; the same list until they change.</summary>
    public IReadOnlyList<string> NameKeys => _nameKeys ??= Names.NameKeys.Of(Name, _companyNames);

    /// <summary>As <see cref="NameKeys"/>, where others than <see cref="Name"/> give any; else null.</summary>
    public IReadOnlyList<string>? NameKeysBesideName => _companyNames.Count == 0 ? null : NameKeys;

    /// <summary>The account that holds the domain which this one is named as; may be itself; empty where none does.</summary>
    public string ClaimedBy { get; set; } = "";

    /// <summary>Sequences of claims by <see cref="ClaimedBy"/> whose upserts have not been applied; empty once one was.</summary>
    public IReadOnlyList<long> PendingClaims => _pendingClaims;

    /// <summary>Whom its contacts follow: who holds the domain for good; empty where nobody does yet.</summary>
    public string Claimant => _pendingClaims.Count == 0 ? ClaimedBy : "";

    /// <summary>It was upserted or had a signal of its own. A claim alone does not make an account.</summary>
    public bool HasEntry { get; set; }

    /// <summary>The signal, its own or a contact's, that last ended a dormant time; <see cref="Instant.Min"/> for none.</summary>
    public Instant WokeUpAt { get; set; } = Instant.Min;

    /// <summary>Since when it gains far more points than before; <see cref="Instant.Min"/> while it does not.</summary>
    public Instant SurgingSince { get; set; } = Instant.Min;

    /// <summary>Account fit, 0 to 100. Follows the traits.</summary>
    public double Fit { get; private set; }

    /// <summary>False where the signal is a duplicate, which is only counted as one.</summary>
    public bool ApplySignal(in SignalFacts signal, long sequence, ScoringModel model)
    {
        Advance(sequence, signal.ReceivedAt);
        if (IsDuplicate(signal))
            return false;
        HasEntry = true;
        var effect = Intent.Apply(model, signal.Type, signal.ScoringInstant, signal.Attributes);
        CountSignal(signal.ScoringInstant, effect, model);
        return true;
    }

    /// <summary>False, with nothing changed, where it would hold too many traits, domains or names.</summary>
    public bool ApplyUpsert(AccountUpserted upsert, long sequence, Instant receivedAt, ScoringModel model)
    {
        Advance(sequence, receivedAt);
        ScoreChanged = true;
        var at = ToldAt(upsert.HasAsOfTicks, upsert.AsOfTicks);
        if (_domains.Union(upsert.Domains).Count() > Limits.DomainsPerAccount
            || _companyNames.Union(upsert.CompanyNames).Count() > Limits.CompanyNamesPerAccount
            || !ApplyTraits(upsert.Traits.Select(TraitCodec.FromChange), at))
            return false;
        HasEntry = true;
        if (upsert.Name.Length > 0 && at >= NameToldAt)
            (Name, NameToldAt) = (upsert.Name, at);
        if (upsert.ParentAccountId.Length > 0 && at >= ParentToldAt)
            (ParentId, ParentToldAt) = (upsert.ParentAccountId == AccountUpsert.NoParent ? "" : upsert.ParentAccountId, at);
        AddDomains(upsert.Domains);
        AddCompanyNames(upsert.CompanyNames);
        FollowTraits(model);
        return true;
    }

    /// <summary>First come holds. False where another account already does.</summary>
    public bool ApplyClaim(string by, bool pending, long sequence, Instant receivedAt)
    {
        Advance(sequence, receivedAt);
        if (ClaimedBy.Length > 0 && ClaimedBy != by)
            return false;
        var isForGood = ClaimedBy == by && _pendingClaims.Count == 0;
        ClaimedBy = by;
        ScoreChanged = true;
        if (!pending)
            _pendingClaims.Clear();
        else if (!isForGood)
            AddPendingClaim(sequence);
        return true;
    }

    /// <summary>
    /// Takes one pending claim back. The domain is free again once no other call of the same account has one, and
    /// never where it is held for good. A claim of 0, as older journals have it, is whatever claim there is.
    /// </summary>
    public void ApplyRelease(string by, long claim, long sequence, Instant receivedAt)
    {
        Advance(sequence, receivedAt);
        if (ClaimedBy != by || (claim != 0 && !_pendingClaims.Remove(claim)))
            return;
        if (claim == 0)
            _pendingClaims.Clear();
        if (_pendingClaims.Count == 0)
            ClaimedBy = "";
        ScoreChanged = true;
    }

    /// <summary>False where it is known to have woken up then or later.</summary>
    public bool ApplyReactivation(Instant at, long sequence, Instant receivedAt)
    {
        Advance(sequence, receivedAt);
        if (at <= WokeUpAt)
            return false;
        WokeUpAt = at;
        return true;
    }

    /// <summary>False where it surges already, or does not and is to stop.</summary>
    public bool ApplySurge(Instant at, bool ended, long sequence, Instant receivedAt)
    {
        Advance(sequence, receivedAt);
        if (ended == (SurgingSince == Instant.Min))
            return false;
        SurgingSince = ended ? Instant.Min : at;
        return true;
    }

    /// <summary>Notes a claim whose upsert has not been applied.</summary>
    public void AddPendingClaim(long sequence)
    {
        if (_pendingClaims.Count == PendingClaimsMax)
            _pendingClaims.RemoveAt(0);
        _pendingClaims.Add(sequence);
    }

    /// <summary>Computes again what only depends on the traits and the model.</summary>
    public void FollowTraits(ScoringModel model)
    {
        Fit = Scoring.Fit.Of(model.AccountFit, Traits);
        Disqualifier = Disqualifier.FirstOf(model.AccountDisqualifiers, Traits);
    }

    public void AddCompanyNames(IEnumerable<string> names)
    {
        _companyNames.AddRange(names.Except(_companyNames, StringComparer.Ordinal).ToList());
        _nameKeys = null;
    }

    public void AddDomains(IEnumerable<string> domains)
    {
        foreach (var domain in domains)
        {
            if (!_domains.Contains(domain))
                _domains.Add(domain);
        }
    }
}
