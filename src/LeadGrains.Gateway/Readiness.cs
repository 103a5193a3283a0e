namespace LeadGrains.Gateway;

/// <summary>How far the process is: it only ever moves forward.</summary>
public enum ServingPhase
{
    /// <summary>Recovering; calls get UNAVAILABLE.</summary>
    Starting,

    /// <summary>Taking calls.</summary>
    Serving,

    /// <summary>Finishing what has begun; new calls get UNAVAILABLE and streams end.</summary>
    Draining,
}

/// <summary>
/// Whether the gateway takes calls. Host moves it; services, health checks and the HTTP probes read it. Thread-safe.
/// </summary>
public sealed class Readiness : IDisposable
{
    private readonly CancellationTokenSource _draining = new();
    private readonly Lock _moves = new();
    private volatile Step _step = new(ServingPhase.Starting);

    /// <summary>The phase now.</summary>
    public ServingPhase Phase => _step.Phase;

    /// <summary>
    /// Whether what is read here is of the present. While it is not, reads get UNAVAILABLE; what is written is checked by
    /// the store.
    /// </summary>
    public Func<bool> IsCurrent { get; init; } = static () => true;

    /// <summary>Takes calls of all kinds.</summary>
    public bool IsReady => Phase == ServingPhase.Serving && IsCurrent();

    /// <summary>Cancelled as soon as <see cref="ServingPhase.Draining"/> is reached.</summary>
    public CancellationToken Draining => _draining.Token;

    internal Step Now => _step;

    /// <summary>Moves to a later phase; moving to the present one changes nothing.</summary>
    /// <exception cref="InvalidOperationException">The phase is one that has passed.</exception>
    public void MoveTo(ServingPhase phase)
    {
        Step left;
        lock (_moves)
        {
            left = _step;
            if (phase == left.Phase)
                return;
            if (phase < left.Phase)
                throw new InvalidOperationException($"The gateway is {left.Phase} and cannot go back to {phase}.");
            _step = new Step(phase);
        }

        left.Leave();
        if (phase == ServingPhase.Draining)
            _draining.Cancel();
    }

    /// <summary>Ends it; no phase follows.</summary>
    public void Dispose() => _draining.Dispose();

    /// <summary>One phase, and the news of its end.</summary>
    internal sealed class Step(ServingPhase phase)
    {
        private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ServingPhase Phase => phase;

        public Task Left => _left.Task;

        public void Leave() => _left.TrySetResult();
    }
}
