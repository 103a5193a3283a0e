using LeadGrains.Scoring;

namespace LeadGrains.Grains;

/// <summary>A score at one instant.</summary>
/// <param name="Fit">Match with the ideal customer profile, 0 to 100.</param>
/// <param name="Intent">Strength of interest, 0 to 100, from <paramref name="IntentPoints"/> by the saturation curve.</param>
/// <param name="Total">Fit and intent by the model's weights, 0 to 100.</param>
/// <param name="IntentPoints">Decayed points before saturation.</param>
/// <param name="Grade">Such as "A1".</param>
/// <param name="Stage">The held stage, lowered by its leave level at <paramref name="AsOf"/>, never raised.</param>
/// <param name="Velocity">Points of the last seven UTC days less those of the seven before.</param>
/// <param name="AsOf">The instant that the score is for.</param>
/// <param name="ModelVersion">The model it was scored under.</param>
public sealed record ScoreView(
    double Fit, double Intent, double Total, double IntentPoints, string Grade, string Stage, double Velocity, Instant AsOf, uint ModelVersion);

/// <summary>A contact as callers see it.</summary>
/// <param name="Id">The caller's id.</param>
/// <param name="Email">Empty where unknown.</param>
/// <param name="AccountId">Empty while no account is known.</param>
/// <param name="AccountMatch">How the account was found: "explicit", "domain", "company", or empty.</param>
/// <param name="Traits">By name.</param>
/// <param name="Score">At the instant asked for.</param>
/// <param name="LastSignalAt">The newest scoring instant; null before the first signal.</param>
/// <param name="SignalCount">Recorded signals, duplicates not counted.</param>
/// <param name="Disqualified">Left out of rankings.</param>
/// <param name="DisqualifiedReason">Why; empty where it is not.</param>
public sealed record ContactView(
    string Id, string Email, string AccountId, string AccountMatch, IReadOnlyDictionary<string, TraitValue> Traits, ScoreView Score,
    Instant? LastSignalAt, ulong SignalCount, bool Disqualified, string DisqualifiedReason)
{
    /// <summary>The name of the first of the model's roles that the contact has; empty where it has none.</summary>
    public string Role { get; init; } = "";

    /// <summary>No signal for as long as the model says.</summary>
    public bool Dormant { get; init; }

    /// <summary>The signal that last ended a dormant time; null while none has.</summary>
    public Instant? WokeUpAt { get; init; }

    /// <summary>Other ids that lead to it, in the order in which they came.</summary>
    public IReadOnlyList<string> MergedContactIds { get; init; } = [];

    /// <summary>How sure the match is, 0 to 1; 0 where no account is known.</summary>
    public double AccountMatchConfidence { get; init; }

    /// <summary>What the match rests on, for people.</summary>
    public string AccountMatchReason { get; init; } = "";

    /// <summary>An upsert said that its id names a person, and not a browser or a device.</summary>
    public bool IsIdentified { get; init; }
}

/// <summary>An account as callers see it.</summary>
/// <param name="Id">The caller's id, or the registrable domain that found it.</param>
/// <param name="Name">The display name; the id where none was given.</param>
/// <param name="Domains">Claimed domains.</param>
/// <param name="Traits">By name.</param>
/// <param name="Score">At the instant asked for.</param>
/// <param name="ContactCount">Contacts with a recorded signal.</param>
/// <param name="EngagedContacts">Contacts with recent intent, each fading from 1 at its last signal that brought points.</param>
/// <param name="LastSignalAt">The newest scoring instant of its own and its contacts' signals.</param>
/// <param name="Disqualified">Left out of rankings.</param>
/// <param name="DisqualifiedReason">Why; empty where it is not.</param>
public sealed record AccountView(
    string Id, string Name, IReadOnlyList<string> Domains, IReadOnlyDictionary<string, TraitValue> Traits, ScoreView Score,
    uint ContactCount, double EngagedContacts, Instant? LastSignalAt, bool Disqualified, string DisqualifiedReason)
{
    /// <summary>The roles that the model asks for, and who fills them; null where it asks for none.</summary>
    public BuyingGroup? BuyingGroup { get; init; }

    /// <summary>It gains far more points than in the days before, by the model's bounds.</summary>
    public bool Surging { get; init; }

    /// <summary>No signal for as long as the model says.</summary>
    public bool Dormant { get; init; }

    /// <summary>The signal that last ended a dormant time; null while none has.</summary>
    public Instant? WokeUpAt { get; init; }

    /// <summary>Other names of the company.</summary>
    public IReadOnlyList<string> CompanyNames { get; init; } = [];

    /// <summary>The account that it is a part of; empty where it is of none.</summary>
    public string ParentAccountId { get; init; } = "";
}

/// <summary>A signal in its contact's history.</summary>
/// <param name="Signal">A leadgrains.v1.Signal as it was received. One that came by a merge names the contact that it was sent to.</param>
/// <param name="ReceivedAt">When it was received.</param>
/// <param name="Finding">What became of it under the active model.</param>
public sealed record RecordedSignalView(ReadOnlyMemory<byte> Signal, Instant ReceivedAt, SignalFinding Finding);

/// <summary>A page of a contact's signals, newest first.</summary>
public sealed record SignalsPage(IReadOnlyList<RecordedSignalView> Signals, string NextPageToken);

/// <summary>A contact and every addend of its score.</summary>
public sealed record ContactExplanationView(ContactView Contact, IReadOnlyList<ScorePart> Parts);

/// <summary>An account and every addend of its score.</summary>
public sealed record AccountExplanationView(AccountView Account, IReadOnlyList<ScorePart> Parts);

/// <summary>One contact in its account's list.</summary>
/// <param name="ContactId">The contact.</param>
/// <param name="Score">The contact's own score.</param>
/// <param name="ContributedPoints">Its intent points times the weight of its role.</param>
/// <param name="LastSignalAt">The newest scoring instant; null before the first signal.</param>
public sealed record AccountContactView(string ContactId, ScoreView Score, double ContributedPoints, Instant? LastSignalAt);

/// <summary>A page of an account's contacts, highest total first.</summary>
public sealed record AccountContactsPage(IReadOnlyList<AccountContactView> Contacts, string NextPageToken);

/// <summary>One row of a ranked answer.</summary>
/// <param name="Rank">From 1.</param>
/// <param name="Id">Contact or account.</param>
/// <param name="Name">An account's display name; empty for contacts.</param>
/// <param name="AccountId">A contact's account; empty for accounts.</param>
/// <param name="Score">At the query's instant.</param>
/// <param name="EngagedContacts">Accounts only.</param>
/// <param name="LastSignalAt">The newest scoring instant; null before the first signal.</param>
public sealed record RankedGrain(
    uint Rank, string Id, string Name, string AccountId, ScoreView Score, double EngagedContacts, Instant? LastSignalAt)
{
    /// <summary>It gains far more points than in the days before, by the model's bounds.</summary>
    public bool Surging { get; init; }

    /// <summary>No signal for as long as the model says.</summary>
    public bool Dormant { get; init; }
}

/// <summary>A page of a ranked answer.</summary>
/// <param name="Grains">Highest first.</param>
/// <param name="NextPageToken">Empty on the last page.</param>
/// <param name="Matching">How many passed the filter at <paramref name="MatchingAsOf"/>.</param>
/// <param name="AsOf">The instant that all scores are for.</param>
/// <param name="MatchingAsOf">The instant of the count.</param>
/// <param name="MissingPartitions">Partitions that could not answer; empty in a complete answer.</param>
public sealed record RankPage(
    IReadOnlyList<RankedGrain> Grains, string NextPageToken, ulong Matching, Instant AsOf, Instant MatchingAsOf,
    IReadOnlyList<int> MissingPartitions);
