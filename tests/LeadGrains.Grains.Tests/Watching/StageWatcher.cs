using LeadGrains.Grains.Watching;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Watching;

/// <summary>Watches as a client does: keeps what it was given and the newest token, and comes back with it.</summary>
internal sealed class StageWatcher(StageFilter filter) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<StageChange> _given = [];
    private CancellationTokenSource _connection = new();
    private Task _reading = Task.CompletedTask;
    private string _token = "";

    public StageFilter Filter => filter;

    public List<StageChange> Given
    {
        get
        {
            lock (_gate)
                return [.. _given];
        }
    }

    public void Connect(TestNode node)
    {
        _connection.Dispose();
        _connection = new CancellationTokenSource();
        _reading = ReadAsync(node, _connection.Token);
    }

    public async Task DisconnectAsync()
    {
        await _connection.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _reading);
    }

    public void Dispose() => _connection.Dispose();

    private async Task ReadAsync(TestNode node, CancellationToken cancellationToken)
    {
        await foreach (var notice in node.Client.WatchStagesAsync(Workspaces.Default, filter, _token, fromStart: true, cancellationToken))
        {
            lock (_gate)
            {
                _token = notice.ResumeToken;
                if (notice.Change is { } change)
                    _given.Add(change);
            }

            // What comes after this is given to whoever comes back.
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
