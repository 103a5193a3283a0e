using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Net.Compression;
using Grpc.Wire;
using LeadGrains.Grpc.Tests.V1;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGrains.Grpc.Tests.Hostile;

/// <summary>Frames that are not what they say: cut off, of a length that lies, or far longer than they look.</summary>
[Collection(SiegeTests.Name)]
public class CutOffTests
{
    private const int MessageLimit = 4 * 1024 * 1024;

    private static readonly string[] Methods = ["Say", "Collect", "Repeat", "Chat"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = Siege.Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connection_WhenCutOffAnywhere_EndsItsCalls(bool isReset)
    {
        await using var siege = await Siege.BeginAsync();
        byte[] whole = [.. WholeCall("Chat"), .. RawFrame.Write(FrameType.Data, 0, 1, Frames.Of(new Words { Text = "and one more" }))];

        await siege.RunAsync(rounds: 2, async _ =>
        {
            for (var length = 0; length <= whole.Length; length += 3)
            {
                using var connection = RawConnection.Silent(siege.Server.Address);
                await connection.SendAsync(whole.AsMemory(0, length), Token);
                if (isReset)
                    connection.BreakOff();
            }
        });
    }

    [Fact(Timeout = Siege.Limit)]
    public async Task Stream_WhenItEndsWithinAFrame_IsRefused()
    {
        await using var siege = await Siege.BeginAsync();
        var frame = Frames.Of(new Words { Text = "a text", Number = 5 });

        await siege.RunAsync(rounds: 3, async _ =>
        {
            using var connection = await RawConnection.OpenAsync(siege.Server.Address, Token);
            var stream = 1;
            foreach (var method in Methods)
            {
                for (var length = 1; length < frame.Length; length++, stream += 2)
                    Assert.Equal("3", await connection.CallAsync(stream, method, frame[..length], Token));
            }
        });
    }

    [Theory(Timeout = Siege.Limit)]
    [InlineData(MessageLimit)]
    [InlineData(MessageLimit - 5)]
    [InlineData(1_000_000)]
    public async Task Length_WhenItPromisesMuch_ReservesNothing(int promised)
    {
        const int Connections = 10;
        const int Streams = 100;
        await using var siege = await Siege.BeginAsync();
        var prefix = new byte[20];
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), promised);

        await siege.RunAsync(rounds: 2, async _ =>
        {
            var before = Siege.Heap();
            var connections = new List<RawConnection>();
            for (var i = 0; i < Connections; i++)
            {
                var connection = await RawConnection.OpenAsync(siege.Server.Address, Token);
                connections.Add(connection);
                for (var stream = 1; stream < 2 * Streams; stream += 2)
                {
                    await connection.StartCallAsync(stream, "Chat", Token);
                    await connection.SendDataAsync(stream, prefix, end: false, Token);
                }
            }

            await siege.RunningAsync(Connections * Streams);
            Siege.AssertGrowth("Held", before, Connections * Streams * 64 * 1024);
            foreach (var connection in connections)
                connection.Dispose();
        });
    }

    [Theory(Timeout = Siege.Limit)]
    [InlineData(MessageLimit + 1u)]
    [InlineData(0x7fff_ffffu)]
    [InlineData(0xffff_ffffu)]
    public async Task Length_WhenItIsBeyondTheLimit_IsRefusedAtOnce(uint promised)
    {
        await using var siege = await Siege.BeginAsync();
        var prefix = new byte[20];
        BinaryPrimitives.WriteUInt32BigEndian(prefix.AsSpan(1), promised);

        await siege.RunAsync(rounds: 3, async _ =>
        {
            using var connection = await RawConnection.OpenAsync(siege.Server.Address, Token);
            for (var stream = 1; stream < 200; stream += 2)
            {
                await connection.StartCallAsync(stream, Methods[stream / 2 % Methods.Length], Token);
                await connection.SendDataAsync(stream, prefix, end: false, Token);
                Assert.Equal("8", await connection.StatusAsync(stream, Token));
            }
        });
    }

    [Theory(Timeout = Siege.Limit)]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Message_WhenItIsABomb_CostsNoMoreThanTheLimit(string encoding)
    {
        const int AtOnce = 16;
        const int Rounds = 3;
        var unpacked = new UnpackedBytes(Compressions.Defaults().Single(provider => provider.EncodingName == encoding));
        await using var siege = await Siege.BeginAsync(
            services => services.Configure<GrpcServiceOptions>(options => options.CompressionProviders = [unpacked]));
        var bomb = Frames.Of(Bomb(encoding), flag: 1);

        await siege.RunAsync(
            Rounds,
            _ => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async number =>
            {
                using var connection = await RawConnection.OpenAsync(siege.Server.Address, Token);
                var method = Methods[number % Methods.Length];
                await connection.StartCallAsync(1, method, Token, ("grpc-encoding", encoding));
                for (var rest = bomb.AsMemory(); !rest.IsEmpty; rest = rest[Math.Min(16_000, rest.Length)..])
                    await connection.SendDataAsync(1, rest.Span[..Math.Min(16_000, rest.Length)], end: rest.Length <= 16_000, Token);
                Assert.Equal("8", await connection.StatusAsync(1, Token));
            })),
            mostLeaked: AtOnce * MessageLimit); // which pools may keep

        // Of each 256 MiB no more than what is accepted, and the byte that shows that there is more.
        Assert.Equal((1 + Rounds) * AtOnce, unpacked.Messages);
        Assert.InRange(unpacked.Most, 1, MessageLimit + 1);
    }

    [Fact(Timeout = Siege.Limit)]
    public async Task Messages_WhenEachIsJustNoBomb_WaitForTheirReader()
    {
        const int AtOnce = 8;
        await using var siege = await Siege.BeginAsync();
        var message = new Compressor(new GzipCompressionProvider(CompressionLevel.SmallestSize), Level: null)
            .Compress(new Words { Payload = ByteString.CopyFrom(new byte[MessageLimit - 100]) }.ToByteArray());
        var stream = Enumerable.Repeat(Frames.Of(message.ToArray(), flag: 1), 10).SelectMany(frame => frame).ToArray();

        await siege.RunAsync(
            rounds: 2,
            async _ =>
            {
                var before = Siege.Heap();
                var connections = new List<RawConnection>();
                for (var i = 0; i < AtOnce; i++)
                {
                    var connection = await RawConnection.OpenAsync(siege.Server.Address, Token);
                    connections.Add(connection);
                    await connection.StartCallAsync(1, "Chat", Token, ("grpc-encoding", "gzip"));
                    for (var start = 0; start < stream.Length; start += 16_000)
                        await connection.SendDataAsync(1, stream.AsSpan(start, Math.Min(16_000, stream.Length - start)), end: false, Token);
                }

                // Ten messages came over each connection, and the answer to the first does not leave.
                await siege.RunningAsync(AtOnce);
                await Task.Delay(TimeSpan.FromSeconds(1), Token);
                Siege.AssertGrowth("Held", before, AtOnce * 4L * MessageLimit);
                foreach (var connection in connections)
                    connection.Dispose();
            },
            mostLeaked: AtOnce * 3L * MessageLimit); // which pools may keep
    }

    private static byte[] WholeCall(string method) =>
    [
        .. RawConnection.Preface,
        .. RawFrame.Write(FrameType.Settings, 0, 0, []),
        .. RawFrame.Write(FrameType.Headers, RawFrame.EndHeaders, 1, RawHeaders.Encode(RawConnection.CallHeaders(method))),
        .. RawFrame.Write(FrameType.Data, 0, 1, Frames.Of(new Words { Text = "one message" })),
    ];

    private static byte[] Bomb(string encoding)
    {
        var bomb = new MemoryStream();
        using (Stream stream = encoding == "gzip" ? new GZipStream(bomb, CompressionLevel.SmallestSize) : new ZLibStream(bomb, CompressionLevel.SmallestSize))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 256; i++)
                stream.Write(zeros);
        }

        return bomb.ToArray();
    }
}
