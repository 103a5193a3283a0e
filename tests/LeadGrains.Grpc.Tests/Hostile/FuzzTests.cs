using Google.Protobuf;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Hostile;

/// <summary>Random bytes at three depths: below HTTP/2, below gRPC, and within it. Each connection has a seed of its own.</summary>
[Collection(SiegeTests.Name)]
public class FuzzTests
{
    private const int Connections = 600;

    private static readonly string[] Methods = ["Say", "Collect", "Repeat", "Chat", "Nothing"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Siege.Limit)]
    public Task Server_WhenSentRandomBytes_StaysWell() => FuzzAsync(100_000, static random =>
    {
        var bytes = new byte[random.Next(1, 5_000)];
        random.NextBytes(bytes);
        return random.Next(2) == 0 ? bytes : [.. RawConnection.Preface, .. bytes];
    });

    [Fact(Timeout = Siege.Limit)]
    public Task Server_WhenSentRandomFrames_StaysWell() => FuzzAsync(200_000, static random =>
    {
        var bytes = Opening();
        if (random.Next(2) == 0)
            bytes.AddRange(RawFrame.Write(FrameType.Headers, RawFrame.EndHeaders, 1, RawHeaders.Encode(RawConnection.CallHeaders(Methods[random.Next(Methods.Length)]))));
        for (var i = random.Next(1, 40); i > 0; i--)
            bytes.AddRange(RandomFrame(random));
        return [.. bytes];
    });

    [Fact(Timeout = Siege.Limit)]
    public Task Server_WhenSentMutatedCalls_StaysWell() => FuzzAsync(300_000, static random =>
    {
        var bytes = Opening();
        for (var (i, stream) = (random.Next(1, 20), 1); i > 0; i--, stream += 2)
            bytes.AddRange(MutatedCall(random, stream));
        return [.. bytes];
    });

    private static async Task FuzzAsync(int firstSeed, Func<Random, byte[]> bytesOf)
    {
        await using var siege = await Siege.BeginAsync();

        await siege.RunAsync(rounds: 3, async round =>
        {
            var from = firstSeed + (round * Connections);
            TestContext.Current.TestOutputHelper?.WriteLine($"Seeds {from} to {from + Connections - 1}; calls that reached a method before: {siege.Entered}");
            for (var seed = from; seed < from + Connections; seed++)
            {
                try
                {
                    await SendAsync(siege, bytesOf(new Random(seed)), isRead: seed % 3 == 0);
                }
                catch (Exception exception)
                {
                    throw new InvalidOperationException($"The seed was {seed}.", exception);
                }
            }

            // Whatever was said on those connections, the next one is served.
            using var connection = await RawConnection.OpenAsync(siege.Server.Address, Token);
            Assert.Equal("0", await connection.CallAsync(1, "Say", Frames.Of(new Words()), Token));
        });
    }

    private static async Task SendAsync(Siege siege, byte[] bytes, bool isRead)
    {
        using var connection = RawConnection.Silent(siege.Server.Address);
        try
        {
            await connection.SendAsync(bytes, Token);
        }
        catch (IOException)
        {
            return; // The server had heard enough.
        }

        if (!isRead)
            return;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromMilliseconds(20));
        await Record.ExceptionAsync(() => connection.DrainAsync(patience.Token));
        Token.ThrowIfCancellationRequested();
    }

    private static List<byte> Opening() => [.. RawConnection.Preface, .. RawFrame.Write(FrameType.Settings, 0, 0, [])];

    private static byte[] RandomFrame(Random random)
    {
        var payload = new byte[random.Next(4) == 0 ? random.Next(16_000) : random.Next(20)];
        random.NextBytes(payload);
        var frame = RawFrame.Write((FrameType)random.Next(12), (byte)random.Next(256), random.Next(3) == 0 ? 0 : random.Next(1, 20), payload);
        if (random.Next(20) == 0)
            frame[random.Next(RawFrame.HeaderLength)] ^= (byte)random.Next(1, 256);
        return frame;
    }

    /// <summary>A call that could be right, of whose parts some are wrong.</summary>
    private static byte[] MutatedCall(Random random, int stream)
    {
        List<(string Name, string Value)> headers = [.. RawConnection.CallHeaders(Methods[random.Next(Methods.Length)])];
        if (random.Next(3) == 0)
            headers.Add(("grpc-encoding", random.Next(2) == 0 ? "gzip" : "deflate"));
        if (random.Next(3) == 0)
            headers.Add(("grpc-timeout", $"{random.Next(100)}m"));
        if (random.Next(8) == 0)
            headers.RemoveAt(random.Next(headers.Count));
        var block = Mutated(random, RawHeaders.Encode(headers), oneIn: 6);

        var body = new List<byte>();
        for (var i = random.Next(4); i > 0; i--)
        {
            var words = new Words { Text = new string('x', random.Next(200)), Number = random.Next(20), Payload = ByteString.CopyFrom(new byte[random.Next(2_000)]) };
            body.AddRange(Frames.Of(Mutated(random, words.ToByteArray(), oneIn: 3), flag: (byte)(random.Next(5) == 0 ? 1 : 0)));
        }

        var mutated = Mutated(random, [.. body], oneIn: 2);
        var call = new List<byte>(RawFrame.Write(FrameType.Headers, RawFrame.EndHeaders, stream, block));
        for (var start = 0; start < mutated.Length;)
        {
            var length = Math.Min(random.Next(1, 4_000), mutated.Length - start);
            call.AddRange(RawFrame.Write(FrameType.Data, 0, stream, mutated.AsSpan(start, length)));
            start += length;
        }

        call.AddRange(random.Next(3) switch
        {
            0 => RawFrame.Write(FrameType.ResetStream, 0, stream, [0, 0, 0, 8]),
            1 => RawFrame.Write(FrameType.Data, RawFrame.EndStream, stream, []),
            _ => [],
        });
        return [.. call];
    }

    private static byte[] Mutated(Random random, byte[] bytes, int oneIn)
    {
        if (bytes.Length == 0 || random.Next(oneIn) > 0)
            return bytes;
        for (var i = random.Next(1, 4); i > 0; i--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return random.Next(3) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }
}
