namespace LeadGrains.Scoring;

/// <summary>Counts the contacts of one account by the roles of the model's buying group. One thread at a time.</summary>
/// <param name="model">Gives the roles, and how fast engagement fades.</param>
/// <param name="at">The instant that it is for.</param>
public sealed class BuyingGroupCount(ScoringModel model, Instant at)
{
    // What a contact counts whose last engagement lies one half-life back.
    private const double Covering = 0.5;

    private readonly int[] _contacts = new int[model.Roles.Length];
    private readonly double[] _engaged = new double[model.Roles.Length];
    private readonly double[] _most = new double[model.Roles.Length];

    /// <summary>What has been counted so far.</summary>
    public BuyingGroup Result => new([.. model.BuyingGroup.Select(role => new BuyingRole(
        model.Roles[role].Name, _contacts[role], _engaged[role], _most[role] >= Covering))]);

    /// <summary>Counts a contact, which is not disqualified.</summary>
    /// <param name="role">By <see cref="RoleWeight.IndexOf"/>.</param>
    /// <param name="engagedAt">The newest scoring instant of a signal for which a rule gave positive points; null while there is none.</param>
    public void Add(int role, Instant? engagedAt)
    {
        if (role < 0)
            return;
        _contacts[role]++;
        if (engagedAt is not { } last)
            return;
        var counts = Breadth.EngagedAt(model, last, at);
        _engaged[role] += counts;
        _most[role] = Math.Max(_most[role], counts);
    }

    /// <summary>Counts contacts of one role that were counted before.</summary>
    /// <param name="role">By <see cref="RoleWeight.IndexOf"/>; 0 or more.</param>
    /// <param name="contacts">How many.</param>
    /// <param name="engaged">What they count among the engaged together, at the instant that it is for.</param>
    /// <param name="newest">The newest of their scoring instants; null where nobody ever engaged.</param>
    public void AddAll(int role, int contacts, double engaged, Instant? newest)
    {
        _contacts[role] += contacts;
        _engaged[role] += engaged;
        if (newest is { } last)
            _most[role] = Math.Max(_most[role], Breadth.EngagedAt(model, last, at));
    }
}
