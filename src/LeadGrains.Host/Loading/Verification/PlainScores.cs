using LeadGrains.Host.Loading.Traffic;
using LeadGrains.Scoring;

namespace LeadGrains.Host.Loading.Verification;

/// <summary>Scores of every contact and account of a load test at any instant, by the plain formulas.</summary>
internal sealed class PlainScores
{
    private readonly PlainModel _model;
    private readonly LoadTraits _traits;
    private readonly LoadPopulation _population;
    private readonly PlainGrain?[] _grains;
    private readonly double[] _weights;
    private readonly string?[] _disqualified;

    public PlainScores(PlainModel model, LoadTraits traits, LoadPopulation population, PlainGrain?[] grains)
    {
        _model = model;
        _traits = traits;
        _population = population;
        _grains = grains;
        _weights = [.. Enumerable.Range(0, population.Contacts).Select(contact => model.RoleWeight(traits.OfContact(contact)))];
        _disqualified = [.. Enumerable.Range(0, population.Contacts).Select(contact => model.ContactDisqualified(traits.OfContact(contact)))];
    }

    public PlainGrain? Contact(int contact) => _grains[contact];

    public PlainGrain? OwnOf(int account) => _grains[_population.Contacts + account];

    /// <summary>More happened to the contact than the plain formulas follow.</summary>
    public bool IsContactBeyond(int contact) => _grains[contact] is { IsBeyond: true };

    /// <summary>More happened to the account or to one of its contacts than the plain formulas follow.</summary>
    public bool IsAccountBeyond(int account) => OwnOf(account) is { IsBeyond: true } || ContactsOf(account).Any(IsContactBeyond);

    /// <summary>How much the contact's points count for its account: none where it is disqualified.</summary>
    public double Weight(int contact) => _disqualified[contact] is null ? _weights[contact] : 0;

    /// <summary>Null where it is not disqualified.</summary>
    public string? ContactDisqualified(int contact) => _disqualified[contact];

    /// <summary>Null where it is not disqualified.</summary>
    public string? AccountDisqualified(int account) => _model.AccountDisqualified(_traits.OfAccount(account));

    public PlainScore ContactAt(int contact, long ticks)
    {
        var grain = _grains[contact];
        return _model.Score(
            _model.ContactFit(_traits.OfContact(contact)), grain?.PointsAt(ticks) ?? 0, grain?.VelocityAt(new Instant(ticks).UtcDay) ?? default, account: false);
    }

    public PlainAccount AccountAt(int account, long ticks)
    {
        var day = new Instant(ticks).UtcDay;
        double points = 0;
        double engaged = 0;
        var own = OwnOf(account);
        var velocity = own?.VelocityAt(day) ?? default;
        var last = own?.LastTicks ?? long.MinValue;
        uint contacts = 0;
        foreach (var contact in ContactsOf(account))
        {
            // Whoever is disqualified adds nothing at all.
            if (_grains[contact] is not { } grain || _disqualified[contact] is not null)
            {
                continue;
            }

            contacts += grain.LastTicks == long.MinValue ? 0u : 1;
            points += _weights[contact] * grain.PointsAt(ticks);
            velocity += _weights[contact] * grain.VelocityAt(day);
            last = Math.Max(last, grain.LastTicks);
            engaged += grain.EngagedTicks is { } at ? _model.Engagement(Math.Max(0, ticks - at)) : 0;
        }

        var all = (_model.BreadthFactor(engaged) * points) + (own?.PointsAt(ticks) ?? 0);
        var fit = _model.AccountFit(_traits.OfAccount(account));
        return new PlainAccount(_model.Score(fit, all, velocity, account: true), engaged, contacts, last);
    }

    public IEnumerable<int> ContactsOf(int account)
    {
        for (var contact = account; contact < _population.Contacts; contact += _population.Accounts)
        {
            yield return contact;
        }
    }
}

/// <summary>An account as the load test computes it.</summary>
/// <param name="Score">At the instant asked for.</param>
/// <param name="Engaged">Contacts with recent intent.</param>
/// <param name="Contacts">Contacts that are not disqualified and have a signal that no scanner sent.</param>
/// <param name="LastTicks">The newest signal of its own and its contacts'; the least number where there is none.</param>
internal readonly record struct PlainAccount(PlainScore Score, double Engaged, uint Contacts, long LastTicks);
