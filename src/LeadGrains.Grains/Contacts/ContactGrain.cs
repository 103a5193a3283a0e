using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Signals;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Contacts;

/// <summary>A person's activation. Each Apply is a pure function of the state, one entry and the model.</summary>
internal sealed class ContactGrain(int slot) : Grain(slot)
{
    public AccountMembership Membership { get; } = new();

    /// <summary>The newest scoring instant of a person's signal for which a rule gave positive points; the least one where there is none.</summary>
    public Instant EngagedAt => Intent.EngagedAt;

    /// <summary>The account that the partition's links were last told of.</summary>
    public string? LinkedAccount { get; set; }

    /// <summary>Contact fit, 0 to 100. Follows the traits.</summary>
    public double Fit { get; private set; }

    /// <summary>The first matching role, by its place among the model's; -1 for none. Follows the traits.</summary>
    public int Role { get; private set; } = -1;

    /// <summary>The weight of the role, 1 without one. Follows the traits.</summary>
    public double RoleWeight { get; private set; } = 1;

    /// <summary>False where the signal is a duplicate, which is only counted as one.</summary>
    public bool ApplySignal(in SignalFacts signal, long sequence, ScoringModel model)
    {
        Advance(sequence, signal.ReceivedAt);
        if (IsDuplicate(signal))
            return false;
        var at = signal.ScoringInstant;
        CountSignal(at, model);
        Membership.Signal(signal.Email, signal.AccountId, at, model.FreeMail);
        Intent.Apply(model, signal.Type, at, signal.Attributes);
        return true;
    }

    /// <summary>False, with nothing changed, where it would hold too many traits.</summary>
    public bool ApplyUpsert(
        string? email, string? accountId, IReadOnlyCollection<TraitEdit> traits, long sequence, Instant receivedAt, ScoringModel model)
    {
        Advance(sequence, receivedAt);
        ScoreChanged = true;
        if (!ApplyTraits(traits))
            return false;
        Membership.Upsert(email, accountId, model.FreeMail);
        FollowTraits(model);
        return true;
    }

    public void ApplyMove(string from, string to, long sequence, Instant receivedAt, ScoringModel model)
    {
        Advance(sequence, receivedAt);
        Membership.Redirect(from, to, model.FreeMail);
        ScoreChanged = true;
    }

    /// <summary>Computes again what only depends on the traits and the model.</summary>
    public void FollowTraits(ScoringModel model)
    {
        Fit = Scoring.Fit.Of(model.ContactFit, Traits);
        Role = Scoring.RoleWeight.IndexOf(model, Traits);
        RoleWeight = Scoring.RoleWeight.Of(model, Role);
        Disqualifier = Disqualifier.FirstOf(model.ContactDisqualifiers, Traits);
    }
}
