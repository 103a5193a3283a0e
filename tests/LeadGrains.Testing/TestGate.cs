namespace LeadGrains.Testing;

/// <summary>Holds calls back, or lets the n-th one fail.</summary>
internal sealed class TestGate
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _held;
    private Exception? _failure;
    private int _callsUntilFailure;

    public int Waiting { get; private set; }

    /// <summary>A failure is planned, and no call has had it yet.</summary>
    public bool IsFailureDue
    {
        get
        {
            lock (_gate)
                return _failure is not null;
        }
    }

    public void Hold()
    {
        lock (_gate)
            _held ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Release()
    {
        lock (_gate)
        {
            _held?.SetResult();
            _held = null;
            Waiting = 0;
        }
    }

    public void Fail(int call, Exception failure)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(call, 1);
        lock (_gate)
        {
            _callsUntilFailure = call;
            _failure = failure;
        }
    }

    public Task PassAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_failure is not null && --_callsUntilFailure == 0)
            {
                var failed = Task.FromException(_failure);
                _failure = null;
                return failed;
            }

            if (_held is null)
                return Task.CompletedTask;
            Waiting++;
            return _held.Task.WaitAsync(cancellationToken);
        }
    }
}
