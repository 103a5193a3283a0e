using Grpc.Core;
using Grpc.Net.Client;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Client;

/// <summary>Streams that are kept and sent again.</summary>
public class RetriedStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Stream_WhenTheServerFailsInItsMiddle_IsSentAgainFromItsBeginning()
    {
        var attempts = 0;
        await using var host = await EchoHost.StartAsync(FailingAfter(3, () => ++attempts <= 2));
        using var channel = Channel(host);
        using var call = new Echo.EchoClient(channel).Collect(cancellationToken: Token);

        for (var number = 1; number <= 10; number++)
            await call.RequestStream.WriteAsync(new Words { Text = $"{number} ", Number = number }, Token);
        await call.RequestStream.CompleteAsync();
        var sum = await call;

        Assert.Equal(3, attempts);
        Assert.Equal("1 2 3 4 5 6 7 8 9 10 ", sum.Text);
        Assert.Equal(55, sum.Number);
    }

    [Fact]
    public void Room_WhenItIsGivenBackWhileTheSumIsTooHigh_IsFree()
    {
        var options = new GrpcChannelOptions { MaxRetryBufferSize = 10 };
        using var channel = GrpcChannel.ForAddress("http://127.0.0.1:1", options);
        Assert.True(channel.TryKeepForRetries(8));

        // As while another call has added bytes that it is about to take out again.
        options.MaxRetryBufferSize = 1;
        channel.TryKeepForRetries(-5);
        options.MaxRetryBufferSize = 10;

        Assert.True(channel.TryKeepForRetries(7));
        Assert.False(channel.TryKeepForRetries(1));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Stream_WhenItWasCompletedBeforeTheFailure_IsSentAgain()
    {
        var attempts = 0;
        await using var host = await EchoHost.StartAsync(FailingAfter(int.MaxValue, () => ++attempts <= 1));
        using var channel = Channel(host);
        using var call = new Echo.EchoClient(channel).Collect(cancellationToken: Token);

        await call.RequestStream.WriteAsync(new Words { Number = 7 }, Token);
        await call.RequestStream.CompleteAsync();

        Assert.Equal(7, (await call).Number);
        Assert.Equal(2, attempts);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Stream_WhenBothSidesStream_GoesOnAfterTheFailure()
    {
        var attempts = 0;
        await using var host = await EchoHost.StartAsync(new EchoScript
        {
            Chat = async (requests, responses, context) =>
            {
                Assert.True(await requests.MoveNext(context.CancellationToken));
                if (++attempts <= 2)
                    throw new RpcException(new Status(StatusCode.Unavailable, "Not now."));
                do
                    await responses.WriteAsync(requests.Current);
                while (await requests.MoveNext(context.CancellationToken));
            },
        });
        using var channel = Channel(host);
        using var call = new Echo.EchoClient(channel).Chat(cancellationToken: Token);

        for (var number = 1; number <= 5; number++)
        {
            await call.RequestStream.WriteAsync(new Words { Number = number }, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.Equal(number, call.ResponseStream.Current.Number);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(Token));
        Assert.Equal(3, attempts);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(1000, null)]
    [InlineData(null, 1000)]
    public async Task Stream_WhenItExceedsABound_IsNotSentAgain(int? perCall, int? perChannel)
    {
        var attempts = 0;
        await using var host = await EchoHost.StartAsync(FailingAfter(3, () => ++attempts > 0));
        using var channel = Channel(host, options =>
        {
            options.MaxRetryBufferPerCallSize = perCall;
            options.MaxRetryBufferSize = perChannel;
        });
        using var call = new Echo.EchoClient(channel).Collect(cancellationToken: Token);

        await Record.ExceptionAsync(async () =>
        {
            for (var i = 0; i < 3; i++)
                await call.RequestStream.WriteAsync(new Words { Text = new string('x', 400) }, Token);
        });
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Equal(1, attempts);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Stream_WhenCallsHaveEnded_FindsTheirRoomAgain()
    {
        var attempts = 0;
        await using var host = await EchoHost.StartAsync(FailingAfter(2, () => ++attempts % 2 == 1));
        using var channel = Channel(host, options => options.MaxRetryBufferSize = 1500);
        var client = new Echo.EchoClient(channel);

        for (var round = 1; round <= 5; round++)
        {
            using var call = client.Collect(cancellationToken: Token);
            await call.RequestStream.WriteAsync(new Words { Text = new string('x', 600) }, Token);
            await call.RequestStream.WriteAsync(new Words { Text = new string('x', 600) }, Token);
            await call.RequestStream.CompleteAsync();
            Assert.Equal(1200, (await call).Text.Length);
            Assert.Equal(2 * round, attempts);
        }
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Stream_WhenItIsLongAndGoesWell_ArrivesWhole()
    {
        await using var host = await EchoHost.StartAsync();
        using var channel = Channel(host);
        using var call = new Echo.EchoClient(channel).Chat(cancellationToken: Token);
        var reading = call.ResponseStream.ReadAllAsync(Token).Select(answer => (long)answer.Number + answer.Payload.Length).SumAsync(Token).AsTask();

        for (var number = 1; number <= 2000; number++)
            await call.RequestStream.WriteAsync(new Words { Number = number, Payload = Google.Protobuf.ByteString.CopyFrom(new byte[1000]) }, Token);
        await call.RequestStream.CompleteAsync();

        Assert.Equal((2000L * 2001 / 2) + (2000 * 1000), await reading);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Stream_WhenManyFailAtRandom_ArrivesWhole()
    {
        const int seed = 20261122;
        var random = new Random(seed);
        await using var host = await EchoHost.StartAsync(new EchoScript
        {
            Collect = async (requests, context) =>
            {
                int left;
                lock (random)
                    left = random.Next(3) == 0 ? int.MaxValue : random.Next(25);
                var sum = new Words();
                while (left-- > 0 && await requests.MoveNext(context.CancellationToken))
                    sum.Text += requests.Current.Text;
                return left < 0 ? throw new RpcException(new Status(StatusCode.Unavailable, "Not now.")) : sum;
            },
        });
        using var channel = Channel(host, options =>
        {
            options.ServiceConfig = Policies.Of(100);
            options.MaxRetryAttempts = null;
        });
        var client = new Echo.EchoClient(channel);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(async number =>
        {
            using var call = client.Collect(cancellationToken: Token);
            for (var i = 0; i < 20; i++)
                await call.RequestStream.WriteAsync(new Words { Text = $"{number}:{i} " }, Token);
            await call.RequestStream.CompleteAsync();
            Assert.True(string.Concat(Enumerable.Range(0, 20).Select(i => $"{number}:{i} ")) == (await call).Text, $"Stream {number} arrived otherwise; seed {seed}.");
        }));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_WhenTheServerEndsFirst_StopsTheWriter(bool retried)
    {
        await using var host = await EchoHost.StartAsync(new EchoScript
        {
            Chat = async (requests, responses, context) =>
            {
                await requests.MoveNext(context.CancellationToken);
                await responses.WriteAsync(new Words { Number = 1 });
            },
        });
        using var channel = Channel(host, options => options.ServiceConfig = retried ? options.ServiceConfig : null);
        var large = new Words { Payload = Google.Protobuf.ByteString.CopyFrom(new byte[100_000]) };

        for (var i = 0; i < 20; i++)
        {
            using var call = new Echo.EchoClient(channel).Chat(cancellationToken: Token);
            await Assert.ThrowsAsync<RpcException>(async () =>
            {
                while (true)
                    await call.RequestStream.WriteAsync(large, Token);
            });
            Assert.Equal(1, await call.ResponseStream.ReadAllAsync(Token).CountAsync(Token));
            Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        }
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Stream_WhenTheCallIsDisposed_FailsTheWriteThatWaits()
    {
        var port = EchoHost.FreePort();
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}", new GrpcChannelOptions { ServiceConfig = Policies.Of(5, TimeSpan.FromHours(1), TimeSpan.FromHours(1)) });
        var call = new Echo.EchoClient(channel).Collect(cancellationToken: Token);
        var write = call.RequestStream.WriteAsync(new Words(), Token);
        await Task.Delay(100, Token);
        Assert.False(write.IsCompleted);
        call.Dispose();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => write.WaitAsync(Token))).StatusCode);
    }

    private static GrpcChannel Channel(EchoHost host, Action<GrpcChannelOptions>? change = null)
    {
        var options = new GrpcChannelOptions { ServiceConfig = Policies.Of(5) };
        change?.Invoke(options);
        return GrpcChannel.ForAddress(host.Address, options);
    }

    private static EchoScript FailingAfter(int messages, Func<bool> fails) => new()
    {
        Collect = async (requests, context) =>
        {
            var failing = fails();
            var sum = new Words();
            for (var read = 0; await requests.MoveNext(context.CancellationToken); read++)
            {
                sum.Text += requests.Current.Text;
                sum.Number += requests.Current.Number;
                if (failing && read + 1 == messages)
                    break;
            }

            return failing ? throw new RpcException(new Status(StatusCode.Unavailable, "Not now.")) : sum;
        },
    };
}
