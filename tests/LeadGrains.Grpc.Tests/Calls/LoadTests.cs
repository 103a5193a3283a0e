using Google.Protobuf;
using Grpc.Core;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Calls;

public class LoadTests
{
    // Far above what all windows and buffers between the two sides hold together.
    private const int Messages = 2_000;
    private const int MessageLength = 64 * 1024;
    private const int MostAhead = 1_000;

    private static readonly Words Large = new() { Payload = ByteString.CopyFrom(new byte[MessageLength]) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Responses_WhenTheReaderIsSlow_HoldTheWriterBack()
    {
        var written = 0;
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Repeat = async (_, responses, _) =>
            {
                for (; written < Messages; written++)
                    await responses.WriteAsync(Large);
            },
        });
        using var call = server.Client.Repeat(new Words(), cancellationToken: Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        await Stands(() => Volatile.Read(ref written));
        Assert.InRange(written, 1, MostAhead);

        var read = 1;
        while (await call.ResponseStream.MoveNext(Token))
            read++;
        Assert.Equal(Messages, read);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Requests_WhenTheReaderIsSlow_HoldTheWriterBack()
    {
        var release = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Collect = async (requests, _) =>
            {
                await release.Task;
                var sum = new Words();
                await foreach (var request in requests.ReadAllAsync())
                    sum.Number++;
                return sum;
            },
        });
        using var call = server.Client.Collect(cancellationToken: Token);
        var written = 0;
        var writing = Task.Run(
            async () =>
            {
                for (; written < Messages; written++)
                    await call.RequestStream.WriteAsync(Large, Token);
                await call.RequestStream.CompleteAsync();
            },
            Token);
        await Stands(() => Volatile.Read(ref written));
        Assert.InRange(written, 1, MostAhead);

        release.SetResult();
        await writing;
        Assert.Equal(Messages, (await call).Number);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Unary_WhenThousandsRunAtOnce_AllGetTheirOwnAnswer()
    {
        const int Calls = 5_000;
        var running = 0;
        var release = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Say = async (request, _) =>
            {
                if (Interlocked.Increment(ref running) == Calls)
                    release.TrySetResult();
                await release.Task;
                return request;
            },
        });

        // A call that fails before all of them run would leave the others waiting for it for ever.
        async Task CallAsync(int number)
        {
            try
            {
                Assert.Equal(number, (await server.Client.SayAsync(new Words { Number = number }, cancellationToken: Token)).Number);
            }
            finally
            {
                release.TrySetResult();
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Calls).Select(CallAsync));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Streams_WhenManyRunAtOnce_KeepTheirMessagesApart()
    {
        await using var server = await TestServer.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(async stream =>
        {
            using var call = server.Client.Chat(cancellationToken: Token);
            var random = new Random(stream);
            var sent = Enumerable.Range(0, 50).Select(i => new Words { Number = i, Text = $"{stream}", Payload = ByteString.CopyFrom(new byte[random.Next(40_000)]) }).ToList();
            var writing = Task.Run(
                async () =>
                {
                    foreach (var words in sent)
                        await call.RequestStream.WriteAsync(words, Token);
                    await call.RequestStream.CompleteAsync();
                },
                Token);
            foreach (var words in sent)
            {
                Assert.True(await call.ResponseStream.MoveNext(Token));
                Assert.Equal(words, call.ResponseStream.Current);
            }

            Assert.False(await call.ResponseStream.MoveNext(Token));
            await writing;
        }));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Unary_WhenCalledAndCancelledAtRandom_LeavesTheServerWell()
    {
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Say = async (request, context) =>
            {
                await Task.Delay(request.Number, context.CancellationToken);
                return request;
            },
        });

        await Task.WhenAll(Enumerable.Range(0, 500).Select(async seed =>
        {
            var random = new Random(seed);
            using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(20)));
            DateTime? deadline = random.Next(2) == 0 ? null : DateTime.UtcNow.AddMilliseconds(random.Next(1, 20));
            using var call = server.Client.SayAsync(new Words { Number = random.Next(20) }, deadline: deadline, cancellationToken: cancel.Token);
            await Record.ExceptionAsync(() => call.ResponseAsync);
            Assert.Contains(call.GetStatus().StatusCode, new[] { StatusCode.OK, StatusCode.Cancelled, StatusCode.DeadlineExceeded });
        }));

        Assert.Equal("well", (await server.Client.SayAsync(new Words { Text = "well" }, cancellationToken: Token)).Text);
    }

    /// <summary>Waits until a count has stood still for half a second.</summary>
    private static async Task Stands(Func<int> count)
    {
        for (var last = -1; last != count();)
        {
            last = count();
            await Task.Delay(TimeSpan.FromMilliseconds(500), Token);
        }
    }
}
