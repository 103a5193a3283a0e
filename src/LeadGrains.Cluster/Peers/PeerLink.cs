using Grpc.Core;
using Grpc.Net.Client;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Cluster.Peers;

/// <summary>One stream to another node at a time, and a further one once that has broken.</summary>
internal sealed class PeerLink : IPeerLink
{
    private readonly string _address;
    private readonly GrpcChannel _channel;
    private readonly PartitionService.PartitionServiceClient _client;
    private readonly PeerSecret _secret;
    private readonly PeerOptions _options;
    private readonly TimeProvider _clock;
    private readonly PeerRoom _room;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _running;
    private volatile PeerConnection? _connection;
    private bool _isTold;

    public PeerLink(string address, GrpcChannel channel, PeerSecret secret, PeerOptions options, TimeProvider clock)
    {
        _address = address;
        _channel = channel;
        _client = new PartitionService.PartitionServiceClient(channel);
        _secret = secret;
        _options = options;
        _clock = clock;
        _room = new PeerRoom(options.Capacity);
        _running = Task.Run(RunAsync);
    }

    public bool TryPost(PartitionRequest request)
    {
        if (_connection is not { } connection)
        {
            request.Break(new PartitionMovedException());
            return true;
        }

        if (!_room.TryEnter(request.Load))
            return false;
        connection.Send(request);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _running;
        _channel.Dispose();
        _closing.Dispose();
    }

    private async Task RunAsync()
    {
        var pause = _options.FirstPause;
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await ConnectAsync(() => pause = _options.FirstPause);
            }
#pragma warning disable CA1031 // Whatever it was, the link is down, and is to come up again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Tell(failure);
            }

            await Task.Delay(pause, _clock, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < _options.LongestPause ? pause * 2 : _options.LongestPause;
        }
    }

    private async Task ConnectAsync(Action connected)
    {
        using var call = _client.Exchange(_secret.Headers, cancellationToken: _closing.Token);
        // The first answer is to nothing, and says that we are let in.
        if (!await call.ResponseStream.MoveNext(_closing.Token).WaitAsync(_options.ConnectWithin, _clock, _closing.Token))
            throw new IOException("It ended before it began.");
        connected();
        _isTold = false;
        var connection = new PeerConnection(_address, call, _room, _options, _clock);
        _connection = connection;
        try
        {
            await connection.RunAsync(_closing.Token);
        }
        finally
        {
            _connection = null;
            connection.Close();
        }
    }

    private void Tell(Exception failure)
    {
        if (_isTold || _closing.IsCancellationRequested)
            return;
        _isTold = true;
        _options.Tell($"The link to {_address} is down: {(failure is RpcException rpc ? rpc.Status.Detail : failure.Message)}");
    }
}
