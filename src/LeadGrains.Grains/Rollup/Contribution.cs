using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// All that a contact adds to its account, absolute, as of a version of the contact: the newest one replaces those
/// before it, however often and in whatever order they come. A view: its spans are only good while what it was read
/// from does not change.
/// </summary>
internal readonly ref struct Contribution
{
    /// <summary>The contact; of the account's workspace.</summary>
    public required KeyPlace Contact { get; init; }

    /// <summary>The contact's version.</summary>
    public required long Version { get; init; }

    /// <summary>What is said beside the figures.</summary>
    public required ContributionFlags Flags { get; init; }

    /// <summary>The weight of the contact's role; figures below are without it.</summary>
    public double Weight { get; init; }

    /// <summary>The role's place among the model's, plus 1; 0 for none.</summary>
    public byte Role { get; init; }

    /// <summary>Points by the model's columns, relative to landmarks that whoever passes it on states.</summary>
    public ReadOnlySpan<double> Sums { get; init; }

    /// <summary>The newest scoring instant.</summary>
    public Instant LastSignalAt { get; init; }

    /// <summary>The stretch of activity that the newest signal belongs to.</summary>
    public ActivityRun Run { get; init; }

    /// <summary>The newest scoring instant of a signal for which a rule gave positive points.</summary>
    public Instant EngagedAt { get; init; }

    /// <summary>Undecayed points of the last days.</summary>
    public VelocityDays Velocity { get; init; }

    /// <summary>The contact no longer counts.</summary>
    public bool IsWithdrawn => Has(ContributionFlags.Withdrawn);

    /// <summary>Whether a flag is set.</summary>
    public bool Has(ContributionFlags flag) => (Flags & flag) != ContributionFlags.None;
}
