using System.Net;
using System.Net.Sockets;

namespace LeadGrains.Testing.Postgres;

/// <summary>Stands between a client and a server on this machine, and loses an answer when it is told to.</summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly int _target;
    private readonly Task _accepting;
    private readonly List<TcpClient> _clients = [];
    private volatile TaskCompletionSource _passing = Passing();
    private int _lose;
    private long _answered;

    public Relay(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bytes that the server has sent.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>How many answers were lost.</summary>
    public int Lost { get; private set; }

    /// <summary>The server gets the next requests and answers; its first answer is lost, and the connection with it.</summary>
    public void LoseNextAnswer() => Volatile.Write(ref _lose, 1);

    /// <summary>Nothing passes from here on, and nobody is told: as if the cable had been pulled.</summary>
    public void FallSilent() => _passing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Everything passes again.</summary>
    public void Pass() => _passing.TrySetResult();

    /// <summary>Cuts every client off. What the server does for them goes on.</summary>
    public void CutAll()
    {
        lock (_clients)
        {
            foreach (var client in _clients)
                client.Close();
            _clients.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_ending.IsCancellationRequested)
            return;
        Pass();
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private static TaskCompletionSource Passing()
    {
        var passing = new TaskCompletionSource();
        passing.SetResult();
        return passing;
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
                running.Add(RunAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task RunAsync(TcpClient client)
    {
        lock (_clients)
            _clients.Add(client);
        using (client)
        {
            // The server learns of the loss of a client only when it reads or writes, which a session that waits does not.
            using var server = new TcpClient();
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target);
            }
            catch (SocketException)
            {
                // It is away: the client sees its connection end.
                return;
            }

            await Task.WhenAny(CopyAsync(client, server, isAnswer: false), CopyAsync(server, client, isAnswer: true));
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, bool isAnswer)
    {
        var buffer = new byte[64 * 1_024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _ending.Token) is > 0 and var read)
            {
                await _passing.Task;
                if (isAnswer && Interlocked.Exchange(ref _lose, 0) == 1)
                {
                    Lost++;
                    return;
                }

                if (isAnswer)
                    Interlocked.Add(ref _answered, read);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _ending.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One side has gone; the other follows.
        }
    }
}
