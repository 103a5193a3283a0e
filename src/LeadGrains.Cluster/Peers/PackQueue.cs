using System.Threading.Channels;

namespace LeadGrains.Cluster.Peers;

/// <summary>
/// What waits to be written to another node. Whatever comes while a message is on its way goes together in the next one, in the
/// order in which it came: nothing waits for company. Many threads add, one takes.
/// </summary>
internal sealed class PackQueue
{
    /// <summary>A message is not added to beyond so many bytes; one that is longer by itself goes alone.</summary>
    public const int UsualBytes = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly Channel<Pack> _packs = Channel.CreateUnbounded<Pack>(new UnboundedChannelOptions { SingleReader = true });
    private Pack? _open;

    /// <summary>Adds one.</summary>
    public void Add(ulong id, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_open is { } open && open.Length + Pack.HeadBytes + bytes.Length <= UsualBytes)
            {
                open.Add(id, bytes);
                return;
            }

            var begun = new Pack();
            begun.Add(id, bytes);
            if (_packs.Writer.TryWrite(begun))
                _open = begun;
            else
                begun.Dispose();
        }
    }

    /// <summary>The next message, once there is one. Whoever takes it disposes it.</summary>
    /// <exception cref="ChannelClosedException">No more come; why is the inner one.</exception>
    public async ValueTask<Pack> TakeAsync(CancellationToken cancellationToken)
    {
        var pack = await _packs.Reader.ReadAsync(cancellationToken);
        lock (_gate)
        {
            if (_open == pack)
                _open = null;
        }

        return pack;
    }

    /// <summary>Takes no more: who takes is told why once nothing is left.</summary>
    public void Fail(Exception reason) => _packs.Writer.TryComplete(reason);

    /// <summary>Forgets what waits.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _open = null;
            while (_packs.Reader.TryRead(out var pack))
                pack.Dispose();
        }
    }
}
