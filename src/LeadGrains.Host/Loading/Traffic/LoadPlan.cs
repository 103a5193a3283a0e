namespace LeadGrains.Host.Loading.Traffic;

/// <summary>
/// Which signals each stream sends, computed from the seed and the signal's number on its stream alone: nothing is kept,
/// and the verifier sees the same signals as the sender. All signals of a contact and of its account are on one stream.
/// </summary>
internal sealed class LoadPlan
{
    /// <summary>One signal in so many is about an account as a whole.</summary>
    private const int AccountShare = 64;

    /// <summary>How many of its contacts' signals a stream sends while the signals' own time goes once from end to end.</summary>
    private const long SignalsPerContact = 128;

    /// <summary>One signal in so many begins a journey, where the model has rules for one.</summary>
    private const int JourneyShare = 250;

    /// <summary>No journey has more signals.</summary>
    private const int MostSteps = 65;

    /// <summary>One signal in so many comes late: it occurred well before those around it.</summary>
    private const int LateShare = 20;

    private static readonly TimeSpan Span = TimeSpan.FromDays(13);
    private static readonly TimeSpan Lateness = TimeSpan.FromDays(2);
    private static readonly TimeSpan Jitter = TimeSpan.FromMinutes(1);

    private readonly LoadPopulation _population;
    private readonly SignalCatalogue _catalogue;
    private readonly ulong _seed;
    private readonly long _firstSecond;
    private readonly int[][] _contacts;

    /// <param name="population">Whose signals they are.</param>
    /// <param name="catalogue">What kinds of signals.</param>
    /// <param name="streams">How many streams.</param>
    /// <param name="seed">Another one gives other signals.</param>
    /// <param name="until">No signal occurred later; the earliest some two weeks before.</param>
    public LoadPlan(LoadPopulation population, SignalCatalogue catalogue, int streams, ulong seed, DateTimeOffset until)
    {
        _population = population;
        _catalogue = catalogue;
        _seed = seed;
        _firstSecond = (until - Span).ToUnixTimeSeconds();
        var contacts = Enumerable.Range(0, population.Contacts).ToLookup(contact => population.AccountOf(contact) % streams);
        _contacts = [.. Enumerable.Range(0, streams).Select(stream => contacts[stream].ToArray())];
    }

    public int Streams => _contacts.Length;

    public LoadPopulation Population => _population;

    public SignalCatalogue Catalogue => _catalogue;

    /// <summary>The contacts whose signals go on that stream.</summary>
    public ReadOnlySpan<int> ContactsOf(int stream) => _contacts[stream];

    /// <summary>The signal at that place of the stream, from 0.</summary>
    public PlannedSignal At(int stream, long number)
    {
        var begin = number - (number % JourneyShare);
        var bits = Mixing.Of(_seed + (ulong)stream, (ulong)begin);
        return number - begin < MostSteps && _catalogue.Journeys.Choose((uint)(bits >> 32)) is { } journey && number - begin < journey.Kinds.Count
            ? InJourney(stream, begin, (int)(number - begin), journey, bits)
            : Alone(stream, number);
    }

    // One contact's; every other journey arrives with its end first.
    private PlannedSignal InJourney(int stream, long begin, int step, LoadJourney journey, ulong bits)
    {
        var last = Alone(stream, begin);
        var contacts = _contacts[stream];
        var contact = contacts[Mixing.Below((uint)bits, contacts.Length)];
        var count = journey.Kinds.Count;
        var place = begin / JourneyShare % 2 == 0 ? step : count - 1 - step;
        return new PlannedSignal(contact, journey.Kinds[place], last.OccurredAtSecond - ((count - 1 - place) * journey.Seconds / count));
    }

    private PlannedSignal Alone(int stream, long number)
    {
        var who = Mixing.Of(_seed + (ulong)stream, (ulong)number);
        var what = Mixing.Of(who, 0);
        var contacts = _contacts[stream];
        var contact = contacts[Mixing.Below((uint)who, contacts.Length)];
        var isAccount = (who >> 32) % AccountShare == 0;
        var target = isAccount ? _population.Contacts + _population.AccountOf(contact) : contact;
        return new PlannedSignal(target, _catalogue.Choose((uint)what), SecondOf(number, (uint)(what >> 32), contacts.Length));
    }

    /// <summary>Time goes on with the signals, as in life, and starts over only after a great many.</summary>
    private long SecondOf(long number, uint bits, int contacts)
    {
        var lap = SignalsPerContact * contacts;
        var second = _firstSecond + (long)(Span.TotalSeconds * (number % lap) / lap);
        var before = bits % LateShare == 0 ? Lateness : Jitter;
        return second - Mixing.Below(bits, (int)before.TotalSeconds);
    }
}

/// <summary>One signal of the plan.</summary>
/// <param name="Target">A contact's number, or the number of contacts plus that of an account.</param>
/// <param name="Kind">Its place in the catalogue.</param>
/// <param name="OccurredAtSecond">Seconds since 1970-01-01T00:00:00Z.</param>
internal readonly record struct PlannedSignal(int Target, int Kind, long OccurredAtSecond);
