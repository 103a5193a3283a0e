using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>A scoring model, checked and ready for use. Immutable and safe for many threads.</summary>
public sealed class ScoringModel
{
    private readonly double _contactHalfPoint;
    private readonly double _accountHalfPoint;
    private readonly RuleTable _rules;
    private readonly byte[] _groupOfRule;
    private ImmutableArray<ScoringGroup> _groups;
    private ImmutableArray<DecayColumn> _columns;
    private UnknownAccount? _unknownAccount;

    internal ScoringModel(ImmutableArray<ScoringRule> rules, MachineRules? machines, double contactHalfPoint, double accountHalfPoint)
    {
        Rules = rules;
        Machines = machines;
        _rules = new RuleTable(rules, machines?.Burst?.SignalTypes ?? []);
        _groupOfRule = [.. rules.Select(rule => (byte)rule.Group)];
        _contactHalfPoint = contactHalfPoint;
        _accountHalfPoint = accountHalfPoint;
    }

    /// <summary>What the document calls itself.</summary>
    public required string Name { get; init; }

    /// <summary>The document as it was read.</summary>
    public required string Yaml { get; init; }

    /// <summary>SHA-256 of the document's UTF-8 bytes: equal documents are equal models.</summary>
    public required ImmutableArray<byte> ContentHash { get; init; }

    /// <summary>Weight of fit in the total, 0 to 1. Both weights sum to 1.</summary>
    public required double FitWeight { get; init; }

    /// <summary>Weight of intent in the total, 0 to 1.</summary>
    public required double IntentWeight { get; init; }

    /// <summary>The groups, as the document lists them.</summary>
    public required ImmutableArray<ScoringGroup> Groups { get => _groups; init => _groups = value; }

    /// <summary>The rules, as the document lists them.</summary>
    public ImmutableArray<ScoringRule> Rules { get; }

    /// <summary>What fades alike. Rankings and contributions hold one sum for each. In a set, what fades alike in any of its models.</summary>
    public required ImmutableArray<DecayColumn> Columns { get => _columns; init => _columns = value; }

    /// <summary>Those of <see cref="Columns"/> that its own groups fade by, in the order of the groups.</summary>
    public ImmutableArray<DecayColumn> OwnColumns => [.. _groups.Select(group => _columns[group.Column]).Distinct()];

    /// <summary>The place of <see cref="EngagedHalfLife"/> in its set's <see cref="ModelSet.EngagedHalfLives"/>.</summary>
    public int EngagedColumn { get; private set; }

    /// <summary>What contacts' traits are worth.</summary>
    public required ImmutableArray<FitRule> ContactFit { get; init; }

    /// <summary>What accounts' traits are worth.</summary>
    public required ImmutableArray<FitRule> AccountFit { get; init; }

    /// <summary>The roles; the first that matches a contact counts.</summary>
    public required ImmutableArray<Role> Roles { get; init; }

    /// <summary>The roles that it takes to decide, as places among <see cref="Roles"/>, in the order of the document; none twice.</summary>
    public required ImmutableArray<int> BuyingGroup { get; init; }

    /// <summary>What leaves a contact out of rankings, and its points out of its account.</summary>
    public required ImmutableArray<Disqualifier> ContactDisqualifiers { get; init; }

    /// <summary>What leaves an account out of rankings.</summary>
    public required ImmutableArray<Disqualifier> AccountDisqualifiers { get; init; }

    /// <summary>Contacts' traits that rankings can filter by: those of fit rules, roles and disqualifiers, and those listed. At most 64.</summary>
    public required ImmutableArray<string> ContactFilters { get; init; }

    /// <summary>Accounts' traits that rankings can filter by: those of fit rules and disqualifiers, and those listed. At most 64.</summary>
    public required ImmutableArray<string> AccountFilters { get; init; }

    /// <summary>What each engaged contact beyond the first adds to the account's factor.</summary>
    public required double BreadthStep { get; init; }

    /// <summary>The most that the account's factor can be; at least 1.</summary>
    public required double BreadthMax { get; init; }

    /// <summary>The share of what an account's people and its own signals bring that its parent account gets, 0 to 1.</summary>
    public required double ParentShare { get; init; }

    /// <summary>How fast a contact's engagement fades.</summary>
    public required HalfLife EngagedHalfLife { get; init; }

    /// <summary>When accounts surge; null where the model does not say.</summary>
    public required Surge? Surge { get; init; }

    /// <summary>So long without a signal makes dormant; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public required TimeSpan DormantAfter { get; init; }

    /// <summary>The stages of contacts.</summary>
    public required StageLadder ContactStages { get; init; }

    /// <summary>The stages of accounts.</summary>
    public required StageLadder AccountStages { get; init; }

    /// <summary>The thresholds of contacts.</summary>
    public required ThresholdSet ContactThresholds { get; init; }

    /// <summary>The thresholds of accounts.</summary>
    public required ThresholdSet AccountThresholds { get; init; }

    /// <summary>The grades.</summary>
    public required GradeScale Grade { get; init; }

    /// <summary>The domains that never name an account.</summary>
    public required FreeMail FreeMail { get; init; }

    /// <summary>What an account is before anything is known of it.</summary>
    public UnknownAccount UnknownAccount => _unknownAccount ??= UnknownAccount.Of(this);

    /// <summary>The signal types that some rule looks at.</summary>
    public IReadOnlyCollection<string> SignalTypes => _rules.SignalTypes;

    /// <summary>How many points make intent 50 of 100.</summary>
    public double HalfPoint(bool account) => account ? _accountHalfPoint : _contactHalfPoint;

    /// <summary>The rules on that type, as the document orders them; none for a type that the model does not name.</summary>
    public ReadOnlySpan<ScoringRule> RulesFor(ReadOnlySpan<byte> signalTypeUtf8) => _rules.Of(signalTypeUtf8, out _);

    /// <summary>The same, and whether bursts watch the type.</summary>
    internal ReadOnlySpan<ScoringRule> RulesFor(ReadOnlySpan<byte> signalTypeUtf8, out bool isWatched) => _rules.Of(signalTypeUtf8, out isWatched);

    /// <summary>What shows that a machine acted; null where the model does not ask.</summary>
    internal MachineRules? Machines { get; }

    /// <summary>The channels whose signals give more or fewer points; null where none do.</summary>
    internal ChannelFactors? Channels { get; init; }

    /// <summary>What a signal through a channel, or none where that is 0, is worth to a rule.</summary>
    internal double PointsOf(ScoringRule rule, byte channel) =>
        channel != 0 && rule.HasChannel ? rule.Points * Channels!.FactorOf(channel) : rule.Points;

    /// <summary>The group of each rule, close together for the loops over a grain's rules.</summary>
    internal ReadOnlySpan<byte> GroupOfRule => _groupOfRule;

    /// <summary>What disqualifies accounts or contacts.</summary>
    public ImmutableArray<Disqualifier> Disqualifiers(bool account) => account ? AccountDisqualifiers : ContactDisqualifiers;

    /// <summary>The traits of accounts or contacts that rankings can filter by.</summary>
    public ImmutableArray<string> Filters(bool account) => account ? AccountFilters : ContactFilters;

    /// <summary>The stages of accounts or of contacts.</summary>
    public StageLadder Stages(bool account) => account ? AccountStages : ContactStages;

    /// <summary>The thresholds of accounts or of contacts.</summary>
    public ThresholdSet Thresholds(bool account) => account ? AccountThresholds : ContactThresholds;

    /// <summary>The same model, whose columns are places among those of a set.</summary>
    internal ScoringModel Within(ImmutableArray<DecayColumn> columns, int engagedColumn)
    {
        var model = (ScoringModel)MemberwiseClone();
        model._groups = [.. _groups.Select(group => group with { Column = columns.IndexOf(_columns[group.Column]) })];
        model._columns = columns;
        model.EngagedColumn = engagedColumn;
        return model;
    }
}
