using System.Buffers.Binary;
using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.AspNetCore.Server.Internal;
using LeadGrains.Grpc.Tests.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGrains.Grpc.Tests.Hostile;

/// <summary>Messages that begin and do not end, on a server with windows and streams as large as one that carries a whole load has.</summary>
[Collection(SiegeTests.Name)]
public class UnfinishedMessageTests
{
    private const int Streams = 1_000;
    private const int StreamWindow = 4 << 20;
    private const int ConnectionWindow = 16 << 20;
    private const int Promised = 256 * 1024;
    private const int MostHeld = 16 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Siege.Limit)]
    public async Task Messages_WhenAllLackOneByte_HoldNoMoreThanTheyMay()
    {
        var unfinished = new UnfinishedMessages(MostHeld);
        await using var siege = await Siege.BeginAsync(services => AddLimits(services, unfinished));
        var others = new Echo.EchoClient(siege.Server.Channel);

        await siege.RunAsync(
            rounds: 1,
            async _ =>
            {
                var before = Siege.Heap();
                using var connection = await RawConnection.OpenAsync(siege.Server.Address, Token);
                var flood = new Flood(connection);
                for (var stream = 1; stream < 2 * Streams; stream += 2)
                    await connection.StartCallAsync(stream, stream % 4 == 1 ? "Chat" : "Collect", Token);
                for (var stream = 1; stream < 2 * Streams; stream += 2)
                    await flood.FillAsync(stream);
                await Task.Delay(TimeSpan.FromSeconds(1), Token);

                // What is counted, what each stream has free, and what the windows let wait.
                Siege.AssertGrowth("Held", before, MostHeld + (Streams * (long)UnfinishedMessages.Free) + ConnectionWindow + (16 << 20));
                Assert.InRange(unfinished.Held, MostHeld / 2, MostHeld);
                Assert.All(flood.Statuses, status => Assert.Equal("8", status));
                Assert.InRange(flood.Statuses.Count, Streams - (MostHeld / (Promised - UnfinishedMessages.Free)) - 1, Streams - 1);

                // Others are served meanwhile.
                for (var i = 0; i < 20; i++)
                {
                    var words = new Words { Number = i, Payload = ByteString.CopyFrom(new byte[UnfinishedMessages.Free - 100]) };
                    Assert.Equal(words, await others.SayAsync(words, cancellationToken: Token));
                }
            },
            mostLeaked: 2 * ConnectionWindow); // which pools may keep

        Assert.Equal(0, unfinished.Held);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Messages_WhenOneFollowsTheOther_HoldOnlyTheLast()
    {
        var unfinished = new UnfinishedMessages(2 << 20);
        await using var server = await TestServer.StartAsync(services => AddLimits(services.AddSingleton(new EchoScript()), unfinished), app => app.MapGrpcService<EchoService>());
        var words = new Words { Payload = ByteString.CopyFrom(new byte[1 << 20]) };

        using var call = server.Client.Collect(cancellationToken: Token);
        for (var i = 0; i < 20; i++)
        {
            await call.RequestStream.WriteAsync(words, Token);
            Assert.Equal(words, await server.Client.SayAsync(words, cancellationToken: Token));
        }

        await call.RequestStream.CompleteAsync();
        await call;
        Assert.Equal(0, unfinished.Held);
    }

    private static void AddLimits(IServiceCollection services, UnfinishedMessages unfinished)
    {
        services.AddSingleton(unfinished);
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = Streams;
            kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindow;
            kestrel.Limits.Http2.InitialConnectionWindowSize = ConnectionWindow;
        });
    }

    /// <summary>Fills messages up to their last byte, as fast as the connection's window lets it and as long as the server takes them.</summary>
    private sealed class Flood
    {
        private readonly RawConnection _connection;
        private readonly ConcurrentDictionary<int, string?> _ended = new();
        private long _window = ConnectionWindow;

        public Flood(RawConnection connection)
        {
            _connection = connection;
            _ = Task.Run(ReadAsync, Token);
        }

        public ICollection<string?> Statuses => _ended.Values;

        public async Task FillAsync(int stream)
        {
            var message = new byte[5 + Promised - 1];
            BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), Promised);
            for (var rest = message.AsMemory(); !rest.IsEmpty && !_ended.ContainsKey(stream);)
            {
                var piece = rest[..Math.Min(16_000, rest.Length)];
                while (Interlocked.Read(ref _window) < piece.Length)
                    await Task.Delay(TimeSpan.FromMilliseconds(1), Token);
                Interlocked.Add(ref _window, -piece.Length);
                await _connection.SendDataAsync(stream, piece.Span, end: false, Token);
                rest = rest[piece.Length..];
            }
        }

        private async Task ReadAsync()
        {
            try
            {
                while (true)
                {
                    var frame = await _connection.ReadFrameAsync(Token);
                    if (frame is { Type: FrameType.WindowUpdate, Stream: 0 })
                        Interlocked.Add(ref _window, BinaryPrimitives.ReadUInt32BigEndian(frame.Payload));
                    else if (frame.Type == FrameType.Headers && frame.EndsStream)
                        _ended[frame.Stream] = frame.Header("grpc-status");
                }
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                // The test has closed the connection.
            }
        }
    }
}
