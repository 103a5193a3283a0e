using LeadGrains.Host.Loading.Traffic;

namespace LeadGrains.Benchmarks.Load;

/// <summary>
/// The load test's signals, encoded once and sent again and again, since the generator works on the cores that it
/// measures: for each signal it copies the bytes and writes a new id and a later time into them. So no signal is a
/// duplicate, and time goes on as in the load test, from two weeks back to the present and over again; only who does
/// what repeats after <see cref="SignalsPerContact"/> signals of each contact on average.
/// </summary>
internal sealed class SignalPool
{
    /// <summary>Connections that the load is spread over; all signals of a contact are on one.</summary>
    public const int Lanes = 4;

    /// <summary>A batch has a divisor of this many signals, so that it never runs over the pool's end.</summary>
    public const int MostInBatch = 1_000;

    /// <summary>Signals that are encoded at most; of larger populations they touch at most so many.</summary>
    public const int MostSignals = 2_000_000;

    private const int SignalsPerContact = 8;
    private const ulong Seed = 1;
    private const long SpanSeconds = 13 * 24 * 3_600;

    /// <summary>Rounds of a lane's pool in which the signals' own time goes once from end to end, as in the load test.</summary>
    private const int RoundsPerSpan = 128 / SignalsPerContact;

    private readonly PoolLane[] _lanes;

    public SignalPool(LoadPlan plan)
    {
        Plan = plan;
        var all = Math.Min(plan.Population.Contacts * (long)SignalsPerContact, MostSignals);
        var each = (int)Math.Max(1, all / Lanes / MostInBatch) * MostInBatch;
        _lanes = [.. Enumerable.Range(0, Lanes).Select(lane => new PoolLane(plan, Seed, lane, each, SpanSeconds / RoundsPerSpan, RoundsPerSpan))];
    }

    public LoadPlan Plan { get; }

    /// <summary>In a request, on average.</summary>
    public double BytesPerSignal => _lanes.Average(lane => lane.BytesPerSignal);

    /// <summary>The lane's next signals, which nobody else gets.</summary>
    public OutgoingBatch Take(int lane, int signals, RequestShape shape) => _lanes[lane].Take(signals, shape);

    /// <summary>A pool for the default model.</summary>
    /// <param name="contacts">How many contacts.</param>
    /// <param name="accounts">How many accounts, at most as many as contacts and at least as many as lanes.</param>
    /// <param name="now">The signals occurred in the two weeks before.</param>
    public static SignalPool Of(int contacts, int accounts, DateTimeOffset now)
    {
        var traffic = new DefaultTraffic();
        return new SignalPool(new LoadPlan(new LoadPopulation(contacts, accounts, Seed), traffic.Catalogue, Lanes, Seed, now - now.TimeOfDay));
    }
}
