namespace LeadGrains.Grains;

/// <summary>Something failed that nobody waits for, and everything else goes on.</summary>
/// <param name="What">What it was, and what follows from it, as a sentence without its stop.</param>
/// <param name="Reason">Why.</param>
public sealed record UnseenFailure(string What, Exception Reason);

/// <summary>Where such failures are told. Safe for many threads.</summary>
internal sealed class UnseenFailures
{
    private volatile Action<UnseenFailure>? _told;

    /// <summary>From here on tells somebody, on any thread.</summary>
    public void Watch(Action<UnseenFailure> told) => _told = told;

    public void Report(string what, Exception reason) => _told?.Invoke(new UnseenFailure(what, reason));
}
