namespace LeadGrains.Testing;

/// <summary>Lets a process of a simulation run, or stops it as SIGSTOP does: what it was about to do, it does when it goes on.</summary>
internal sealed class ProcessGate
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _open = Opened();
    private readonly List<Action> _later = [];

    public bool IsOpen => _open.Task.IsCompleted;

    /// <summary>Passes while it runs.</summary>
    public Task RunsAsync()
    {
        lock (_gate)
            return _open.Task;
    }

    public void Stop()
    {
        lock (_gate)
            _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    // What comes while it does what it was about to do waits until that is done: a journal takes entries in order.
    public void GoOn()
    {
        while (true)
        {
            List<Action> later;
            lock (_gate)
            {
                if (_later.Count == 0)
                {
                    _open.TrySetResult();
                    return;
                }

                later = [.. _later];
                _later.Clear();
            }

            later.ForEach(act => act());
        }
    }

    /// <summary>Does it now, or once the process goes on, in that order.</summary>
    public void Do(Action act)
    {
        lock (_gate)
        {
            if (!_open.Task.IsCompleted)
            {
                _later.Add(act);
                return;
            }
        }

        act();
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }
}
