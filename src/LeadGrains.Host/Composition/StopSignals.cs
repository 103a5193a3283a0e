using System.Runtime.InteropServices;

namespace LeadGrains.Host.Composition;

/// <summary>
/// Turns SIGINT and SIGTERM into cancellation, so that a server drains and an import says how far it came. Another one
/// ends the process at once, unless it comes so soon that it is the same: `timeout`, for one, sends it to the process
/// and then to its group.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly TimeSpan Same = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private long? _first;

    public StopSignals(TimeProvider clock)
    {
        _clock = clock;
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, Stop))];
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    internal void Stop(PosixSignalContext context)
    {
        lock (_lock)
        {
            if (_first is { } first)
            {
                context.Cancel = _clock.GetElapsedTime(first) < Same;
                return;
            }

            _first = _clock.GetTimestamp();
            context.Cancel = true;
        }

        _source.Cancel();
    }
}
