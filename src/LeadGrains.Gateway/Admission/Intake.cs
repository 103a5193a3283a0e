using System.Diagnostics.Metrics;
using LeadGrains.Gateway.Access;

namespace LeadGrains.Gateway.Admission;

/// <summary>
/// How much is taken on at once: calls that bring something and calls that ask, each by a limit that follows how long work
/// waits, and the bytes of what was read. A thread of its own looks after the limits, since the pool's may all be busy.
/// </summary>
internal sealed class Intake : IDisposable
{
    /// <summary>Beyond a batch's own time on its way; a few of a disk's flushes.</summary>
    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(25);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private const int LooksPerStep = 3;

    // While nothing comes there is little to see.
    private const int IdleLooks = 10;

    private readonly ManualResetEventSlim _ending = new();
    private readonly WaitingTime _waiting;
    private readonly Thread _thread;
    private long _delay;

    public Intake(GatewayParts parts, IMeterFactory meters)
    {
        _waiting = new WaitingTime(parts.QueueDelay, parts.Clock);
        (Bringing, Asking) = (new CallLimit(Target, parts.QueueDelay), new CallLimit(Target, parts.QueueDelay));
        Observe(meters.Create("leadgrains.gateway.admission"));
        _thread = new Thread(Run) { IsBackground = true, Name = "leadgrains-intake" };
        _thread.Start();
    }

    /// <summary>Of what brings signals and traits.</summary>
    public CallLimit Bringing { get; }

    /// <summary>Of what asks.</summary>
    public CallLimit Asking { get; }

    /// <summary>Of batches that were read.</summary>
    public BytesUnderWay Bytes { get; } = BytesUnderWay.OfMachine();

    /// <summary>The limit that a call falls under; null for what is always let in, so that whoever operates the server can.</summary>
    public CallLimit? LimitOf(KeyScopes needed) => needed switch
    {
        KeyScopes.Ingest => Bringing,
        KeyScopes.Read => Asking,
        _ => null,
    };

    public void Dispose()
    {
        _ending.Set();
        _thread.Join();
        _ending.Dispose();
    }

    private void Run()
    {
        for (var (look, idle) = (1, 0); !_ending.Wait(idle < IdleLooks ? BetweenLooks : IdleLooks * BetweenLooks); look++)
        {
            _waiting.Look();
            idle = Bringing.UnderWay + Asking.UnderWay > 0 ? 0 : idle + 1;
            if (look % LooksPerStep != 0)
                continue;
            var least = _waiting.TakeLeast();
            Volatile.Write(ref _delay, least.Ticks);
            Bringing.Step(least);
            Asking.Step(least);
        }
    }

    private void Observe(Meter meter)
    {
        meter.CreateObservableGauge("leadgrains.gateway.admission.limit", () => Both(limit => limit.Limit), "{call}", "Calls that may be under way at once, by kind.");
        meter.CreateObservableUpDownCounter("leadgrains.gateway.admission.under_way", () => Both(limit => limit.UnderWay), "{call}", "Calls that are, by kind.");
        meter.CreateObservableCounter("leadgrains.gateway.admission.refused", () => Both(limit => limit.Refused), "{call}", "Calls that were refused by their headers alone, since more were under way than may be, by kind.");
        meter.CreateObservableGauge("leadgrains.gateway.admission.delay", () => TimeSpan.FromTicks(Volatile.Read(ref _delay)).TotalSeconds, "s", "How long work waited at least beyond its own time, of late.");
        meter.CreateObservableUpDownCounter("leadgrains.gateway.admission.size", () => Bytes.Held, "By", "Bytes of batches that were read and are not answered.");
    }

    private IEnumerable<Measurement<long>> Both(Func<CallLimit, long> read) =>
    [
        new(read(Bringing), new KeyValuePair<string, object?>("kind", "bringing")),
        new(read(Asking), new KeyValuePair<string, object?>("kind", "asking")),
    ];
}
