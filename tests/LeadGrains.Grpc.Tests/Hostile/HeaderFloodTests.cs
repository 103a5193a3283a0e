using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Hostile;

/// <summary>Headers without measure, and other frames that cost a client nothing.</summary>
[Collection(SiegeTests.Name)]
public class HeaderFloodTests
{
    private static readonly byte[] Good = Frames.Of(new Words());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = Siege.Limit)]
    [InlineData(200, 10)] // too many
    [InlineData(5_000, 1)]
    [InlineData(50, 2_000)] // too long together
    [InlineData(1, 60_000)] // too long alone
    public async Task Headers_WhenTooManyOrTooLong_EndTheirCallOnly(int count, int length)
    {
        await using var siege = await Siege.BeginAsync();
        var flood = RawHeaders.Encode(
        [
            .. RawConnection.CallHeaders("Say"),
            .. Enumerable.Range(0, count).Select(i => ($"flood-{i}", new string('x', length))),
        ]);

        await siege.RunAsync(rounds: 3, async _ =>
        {
            for (var i = 0; i < 10; i++)
            {
                using var connection = await RawConnection.OpenAsync(siege.Server.Address, Token);
                Assert.NotEqual("0", await RefusalAsync(connection, flood));
            }
        });
    }

    [Fact(Timeout = Siege.Limit)]
    public async Task Headers_WhenTheyNeverEnd_CostBoundedMemory()
    {
        await using var siege = await Siege.BeginAsync();
        var piece = RawHeaders.Encode([("flood", new string('x', 10_000))]);

        await siege.RunAsync(rounds: 3, async _ =>
        {
            var before = Siege.Heap();
            using var connection = await RawConnection.OpenAsync(siege.Server.Address, Token);
            await connection.SendAsync(FrameType.Headers, 0, 1, RawHeaders.Encode(RawConnection.CallHeaders("Say")), Token);

            // 100 MB, unless the server has had enough before.
            await Record.ExceptionAsync(async () =>
            {
                for (var i = 0; i < 10_000; i++)
                    await connection.SendAsync(FrameType.Continuation, 0, 1, piece, Token);
            });
            Token.ThrowIfCancellationRequested();
            Siege.AssertGrowth("Held", before, 8 << 20);
            await connection.DrainAsync(Token);
        });
    }

    [Theory(Timeout = Siege.Limit)]
    [InlineData("blob-bin", "=!=")]
    [InlineData("grpc-timeout", "forever")]
    [InlineData("grpc-timeout", "-1S")]
    [InlineData("grpc-timeout", "99999999999S")]
    [InlineData("grpc-encoding", "\"x")]
    [InlineData("grpc-accept-encoding", ",,,,,,,,,,")]
    [InlineData("content-length", "99999999999")]
    [InlineData("content-length", "1")]
    [InlineData("te", "gzip")]
    [InlineData("connection", "close")]
    [InlineData(":status", "200")]
    [InlineData("Upper-Case", "x")]
    [InlineData("line", "a\nb")]
    [InlineData("nul", "a\0b")]
    [InlineData("latin", "\u00e9\u00ff")]
    public async Task Header_WhenItIsRubbish_HarmsNobodyElse(string name, string value)
    {
        await using var siege = await Siege.BeginAsync();
        var block = RawHeaders.Encode([.. RawConnection.CallHeaders("Say"), (name, value)]);

        await siege.RunAsync(rounds: 3, async _ =>
        {
            for (var i = 0; i < 20; i++)
            {
                using var connection = await RawConnection.OpenAsync(siege.Server.Address, Token);
                await RefusalAsync(connection, block);
            }
        });
    }

    [Theory(Timeout = Siege.Limit)]
    [InlineData(FrameType.Ping, 8, 0)]
    [InlineData(FrameType.Settings, 0, 0)]
    [InlineData(FrameType.Data, 0, 1)]
    [InlineData(FrameType.WindowUpdate, 4, 1)]
    internal async Task Frames_WhenTheyComeInFloods_CostBoundedMemory(FrameType type, int length, int stream)
    {
        await using var siege = await Siege.BeginAsync();
        var payload = new byte[length];
        payload.AsSpan().Fill(type == FrameType.WindowUpdate ? (byte)0 : (byte)1);
        if (type == FrameType.WindowUpdate)
            payload[3] = 1;
        var many = Enumerable.Repeat(RawFrame.Write(type, 0, stream, payload), 1_000).SelectMany(frame => frame).ToArray();

        await siege.RunAsync(rounds: 3, async _ =>
        {
            var before = Siege.Heap();
            using var connection = await RawConnection.OpenAsync(siege.Server.Address, Token);
            await connection.StartCallAsync(1, "Chat", Token);

            // Nothing of what the server answers is read; where it stops reading itself, the flood is over.
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
            patience.CancelAfter(TimeSpan.FromSeconds(3));
            await Record.ExceptionAsync(async () =>
            {
                for (var i = 0; i < 200; i++)
                    await connection.SendAsync(many, patience.Token);
            });
            Siege.AssertGrowth("Held", before, 16 << 20);
        });
    }

    [Fact(Timeout = Siege.Limit)]
    public async Task Calls_WhenStartedAndResetWithoutEnd_AllEnd()
    {
        await using var siege = await Siege.BeginAsync();

        await siege.RunAsync(rounds: 3, async _ =>
        {
            using var connection = await RawConnection.OpenAsync(siege.Server.Address, Token);
            await Record.ExceptionAsync(async () =>
            {
                for (var stream = 1; stream < 10_000; stream += 2)
                {
                    await connection.StartCallAsync(stream, "Chat", Token);
                    await connection.ResetAsync(stream, Token);
                }
            });
            Token.ThrowIfCancellationRequested();
        });
    }

    /// <summary>The grpc-status, or the HTTP status without one, of a call; null if the stream or the connection was broken off.</summary>
    private static async Task<string?> RefusalAsync(RawConnection connection, byte[] block)
    {
        const int Piece = 16_000;
        try
        {
            for (var start = 0; start < block.Length; start += Piece)
            {
                var isLast = start + Piece >= block.Length;
                var type = start == 0 ? FrameType.Headers : FrameType.Continuation;
                await connection.SendAsync(type, isLast ? RawFrame.EndHeaders : (byte)0, 1, block.AsSpan(start, Math.Min(Piece, block.Length - start)), Token);
            }

            await connection.SendDataAsync(1, Good, end: true, Token);
            var end = await connection.ReadUntilAsync(frame => frame.EndsStream || frame.Type is FrameType.ResetStream or FrameType.GoAway, Token);
            return end.Type == FrameType.Headers ? end.Header("grpc-status") ?? end.Header(":status") : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
