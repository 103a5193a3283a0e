using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Hostile;

/// <summary>Peers that take or give next to nothing, and those that do nothing at all.</summary>
[Collection(SiegeTests.Name)]
public class SlowPeerTests
{
    private const int StreamsPerConnection = 100;

    private static readonly byte[] Many = Frames.Of(new Words { Number = 1_000 });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = Siege.Limit)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(RawConnection.DefaultWindow)]
    public async Task Reader_WhenItDoesNotRead_HoldsItsWritersBack(int window)
    {
        const int Streams = 50;
        await using var siege = await Siege.BeginAsync();

        await siege.RunAsync(rounds: 2, async _ =>
        {
            var (heap, written) = (Siege.Heap(), siege.Written);
            using var connection = await RawConnection.OpenAsync(siege.Server.Address, Token, (uint)window);
            for (var stream = 1; stream < 2 * Streams; stream += 2)
            {
                await connection.StartCallAsync(stream, "Repeat", Token);
                await connection.SendDataAsync(stream, Many, end: true, Token);
            }

            await siege.RunningAsync(Streams);
            await Task.Delay(TimeSpan.FromSeconds(1), Token);
            Assert.InRange(siege.Written - written, 0, Streams * 256 * 1024);
            Siege.AssertGrowth("Held", heap, Streams * 512 * 1024);
        });
    }

    [Fact(Timeout = Siege.Limit)]
    public async Task Reader_WhenItReadsByteByByte_HarmsNobodyElse()
    {
        await using var siege = await Siege.BeginAsync();

        await siege.RunAsync(rounds: 2, async _ =>
        {
            using var connection = await RawConnection.OpenAsync(siege.Server.Address, Token, window: 1);
            for (var stream = 1; stream < 20; stream += 2)
            {
                await connection.StartCallAsync(stream, "Repeat", Token);
                await connection.SendDataAsync(stream, Many, end: true, Token);
            }

            for (var i = 0; i < 300; i++)
            {
                var data = await connection.ReadUntilAsync(frame => frame.Type == FrameType.Data, Token);
                Assert.Single(data.Payload);
                await connection.SendAsync(FrameType.WindowUpdate, 0, data.Stream, [0, 0, 0, 1], Token);
            }
        });
    }

    [Fact(Timeout = Siege.Limit)]
    public async Task Writer_WhenItSendsByteByByte_HarmsNobodyElse()
    {
        await using var siege = await Siege.BeginAsync();
        var body = Frames.Of(new Words { Text = "drop by drop" });

        await siege.RunAsync(rounds: 2, async round =>
        {
            using var connection = await RawConnection.OpenAsync(siege.Server.Address, Token);
            for (var stream = 1; stream < 2 * StreamsPerConnection; stream += 2)
                await connection.StartCallAsync(stream, stream % 4 == 1 ? "Say" : "Collect", Token);
            for (var i = 0; i < body.Length; i++)
            {
                for (var stream = 1; stream < 2 * StreamsPerConnection; stream += 2)
                    await connection.SendDataAsync(stream, body.AsSpan(i, 1), end: false, Token);
                await Task.Delay(TimeSpan.FromMilliseconds(20), Token);
            }

            if (round % 2 == 0)
                return; // and is gone before the end
            for (var stream = 1; stream < 2 * StreamsPerConnection; stream += 2)
            {
                await connection.SendDataAsync(stream, [], end: true, Token);
                Assert.Equal("0", await connection.StatusAsync(stream, Token));
            }
        });
    }

    [Fact(Timeout = Siege.Limit)]
    public async Task Connections_WhenTheySayNothing_HarmNobody()
    {
        await using var siege = await Siege.BeginAsync();

        await siege.RunAsync(rounds: 2, async _ =>
        {
            var before = Siege.Heap();
            var connections = new List<RawConnection>();
            for (var i = 0; i < 500; i++)
            {
                var connection = RawConnection.Silent(siege.Server.Address);
                connections.Add(connection);
                await connection.SendAsync(RawConnection.Preface.AsMemory(0, i % RawConnection.Preface.Length), Token);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500), Token);
            Siege.AssertGrowth("Held", before, 500 * 64 * 1024);
            foreach (var connection in connections)
                connection.Dispose();
        });
    }

    [Fact(Timeout = Siege.Limit)]
    public async Task Streams_WhenTenThousandRest_CostLittleAndHarmNobody()
    {
        const int Connections = 100;
        const int MostForOne = 32 * 1024;
        await using var siege = await Siege.BeginAsync();

        await siege.RunAsync(
            rounds: 2,
            async round =>
            {
                var before = Siege.Heap();
                var connections = new List<RawConnection>();
                for (var i = 0; i < Connections; i++)
                {
                    var connection = await RawConnection.OpenAsync(siege.Server.Address, Token);
                    connections.Add(connection);
                    for (var stream = 1; stream < 2 * StreamsPerConnection; stream += 2)
                        await connection.StartCallAsync(stream, "Chat", Token);
                }

                await siege.RunningAsync(Connections * StreamsPerConnection);
                Siege.AssertGrowth("Held", before, (long)Connections * StreamsPerConnection * MostForOne);

                // One more than may be is refused, and those that are there stay.
                await connections[0].StartCallAsync((2 * StreamsPerConnection) + 1, "Chat", Token);
                var refused = await connections[0].ReadUntilAsync(frame => frame.Type == FrameType.ResetStream, Token);
                Assert.Equal(((2 * StreamsPerConnection) + 1, 7u), (refused.Stream, refused.Error)); // REFUSED_STREAM
                await siege.RunningAsync(Connections * StreamsPerConnection);

                foreach (var (i, connection) in connections.Index())
                {
                    for (var stream = 1; stream < 2 * StreamsPerConnection && i % 2 == 0; stream += 2)
                        await connection.ResetAsync(stream, Token);
                }

                foreach (var (i, connection) in connections.Index())
                {
                    if (i % 3 == round % 3)
                        connection.BreakOff();
                    connection.Dispose();
                }
            },
            mostLeaked: 16 << 20);
    }
}
