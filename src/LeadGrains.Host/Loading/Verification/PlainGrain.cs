using LeadGrains.Host.Loading.Traffic;
using LeadGrains.Scoring;

namespace LeadGrains.Host.Loading.Verification;

/// <summary>What one contact's signals, or one account's own, add up to.</summary>
internal sealed class PlainGrain(PlainModel model)
{
    private readonly PlainGroup[] _groups = [.. model.Groups.Select(_ => new PlainGroup())];
    private readonly SortedList<int, double> _days = [];
    private long? _engagedTicks;

    public long Signals { get; private set; }

    /// <summary>The newest instant of a signal that no scanner sent; the least number while there is none.</summary>
    public long LastTicks { get; private set; } = long.MinValue;

    /// <summary>The newest instant of a person's signal that brought points; null while there is none.</summary>
    public long? EngagedTicks { get; private set; }

    /// <summary>More happened than the plain formulas follow.</summary>
    public bool IsBeyond { get; private set; }

    /// <summary>Counts one signal.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="ticks">Its scoring instant.</param>
    /// <param name="scratch">This grain's past so far.</param>
    public void Add(SignalKind kind, long ticks, PlainScratch scratch)
    {
        Signals++;
        if (!kind.IsScanner)
        {
            LastTicks = Math.Max(LastTicks, ticks);
        }

        PlainWatched? watched = null;
        if (model.Machines is { } machines && machines.Types.Contains(kind.Type))
        {
            (watched, var revealed) = scratch.Watch.Add(machines, ticks, kind.IsScanner);
            foreach (var signal in revealed)
            {
                TakeBack(signal, scratch);
            }
        }

        if (!kind.IsScanner && watched is not { IsMachine: true })
        {
            foreach (var index in kind.Rules)
            {
                Offer(index, kind, ticks, scratch, watched);
            }
        }

        IsBeyond |= scratch.IsBeyond;
        EngagedTicks = scratch.Watch.EngagedTicks is { } engaged ? Math.Max(_engagedTicks ?? long.MinValue, engaged) : _engagedTicks;
    }

    public double PointsAt(long ticks)
    {
        double sum = 0;
        for (var i = 0; i < _groups.Length; i++)
        {
            sum += _groups[i].PointsAt(model.Groups[i], ticks);
        }

        return sum;
    }

    /// <summary>Points of that day and the six before it, less those of the seven before these.</summary>
    public PlainVelocity VelocityAt(int day)
    {
        double gained = 0;
        double before = 0;
        double gross = 0;
        foreach (var (of, points) in _days)
        {
            gained += day - of < 7 ? points : 0;
            before += day - of is >= 7 and < 14 ? points : 0;
            gross += day - of is >= 0 and < 14 ? Math.Abs(points) : 0;
        }

        return new PlainVelocity(gained - before, gross);
    }

    private void Offer(int index, SignalKind kind, long ticks, PlainScratch scratch, PlainWatched? watched)
    {
        var rule = model.Rules[index];
        var shape = model.Shape(rule);
        var about = shape.OncePer is { } oncePer ? kind.Attributes.GetValueOrDefault(oncePer.Attribute) : null;
        if (about is not null && scratch.IsSeen(index, about, ticks, shape.OncePer!.Value.WithinTicks))
        {
            return;
        }

        var channel = shape.HasChannel ? model.Channels.Of(kind.Attributes) : 0;
        var points = rule.Points * model.Channels.FactorOf(channel) * shape.ShareOf(kind.Attributes)!.Value;
        if (!shape.IsLatest && rule.PerDay is { } limit && !scratch.Days.TryCount(index, new Instant(ticks).UtcDay, limit))
        {
            return;
        }

        if (about is not null)
        {
            scratch.See(index, about, ticks);
        }

        Engage(points, ticks, watched);
        if (shape.IsLatest)
        {
            Replace(rule, points, ticks, scratch);
        }
        else if (shape.Kind == PlainRuleKind.Single)
        {
            Give(rule, points, ticks);
            watched?.Gifts.Add((index, points, about));
        }
        else
        {
            Keep(rule, shape, new PlainKept(ticks, shape.Types.ToList().IndexOf(kind.Type), channel), scratch);
        }
    }

    private void Engage(double points, long ticks, PlainWatched? watched)
    {
        if (points <= 0)
        {
            return;
        }

        if (watched is null)
        {
            _engagedTicks = Math.Max(_engagedTicks ?? long.MinValue, ticks);
        }
        else
        {
            watched.Engages = true;
        }
    }

    // Of two at one instant the one that gives more counts.
    private void Replace(ScoringRule rule, double points, long ticks, PlainScratch scratch)
    {
        if (scratch.Latest.TryGetValue(rule.Index, out var held))
        {
            if ((held.Ticks, held.Points).CompareTo((ticks, points)) >= 0)
            {
                return;
            }

            Withdraw(rule, held.Points, held.Ticks);
        }

        scratch.Latest[rule.Index] = (ticks, points);
        Give(rule, points, ticks);
    }

    private void Keep(ScoringRule rule, PlainRule shape, PlainKept signal, PlainScratch scratch)
    {
        _groups[rule.Group].See(model.Groups[rule.Group], signal.Ticks);
        var changes = scratch.Window(rule.Index, shape).Add(signal);
        foreach (var (kept, change) in changes.Where(change => change.Change < 0))
        {
            Withdraw(rule, -change * rule.Points * model.Channels.FactorOf(kept.Channel), kept.Ticks);
        }

        foreach (var (kept, change) in changes.Where(change => change.Change > 0))
        {
            Give(rule, change * rule.Points * model.Channels.FactorOf(kept.Channel), kept.Ticks);
        }
    }

    private void TakeBack(PlainWatched signal, PlainScratch scratch)
    {
        foreach (var (index, points, about) in signal.Gifts)
        {
            Withdraw(model.Rules[index], points, signal.Ticks);
            scratch.Days.Uncount(index, new Instant(signal.Ticks).UtcDay);
            if (about is not null)
            {
                scratch.Forget(index, about, signal.Ticks);
            }
        }
    }

    private void Give(ScoringRule rule, double points, long ticks) => Count(ticks, _groups[rule.Group].Give(model.Groups[rule.Group], points, ticks));

    private void Withdraw(ScoringRule rule, double points, long ticks) => Count(ticks, -_groups[rule.Group].TakeBack(model.Groups[rule.Group], points, ticks));

    private void Count(long ticks, double points)
    {
        var day = new Instant(ticks).UtcDay;
        if (points != 0)
        {
            _days[day] = _days.GetValueOrDefault(day) + points;
        }
    }
}

/// <summary>A velocity, and what it was made of.</summary>
/// <param name="Points">The gain.</param>
/// <param name="Gross">Both weeks' points, each day's without its sign: the server keeps them in single precision, so this bounds its error.</param>
internal readonly record struct PlainVelocity(double Points, double Gross)
{
    public static PlainVelocity operator +(PlainVelocity left, PlainVelocity right) => new(left.Points + right.Points, left.Gross + right.Gross);

    public static PlainVelocity operator *(double weight, PlainVelocity velocity) => new(weight * velocity.Points, weight * velocity.Gross);
}
