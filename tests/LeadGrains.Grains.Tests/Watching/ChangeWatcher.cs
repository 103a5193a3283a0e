using LeadGrains.Grains.Watching;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Watching;

/// <summary>Watches as a client does: keeps what it was given and the newest token, and comes back with it.</summary>
internal sealed class ChangeWatcher(ChangeFilter filter) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<GrainChange> _given = [];
    private CancellationTokenSource _connection = new();
    private Task _reading = Task.CompletedTask;
    private string _token = "";

    public ChangeFilter Filter => filter;

    public List<GrainChange> Given
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
        await foreach (var notice in node.Client.WatchChangesAsync(Workspaces.Default, filter, _token, fromStart: true, cancellationToken))
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
