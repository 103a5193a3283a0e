using Grpc.Core;
using Grpc.Testing;

namespace LeadGrains.Grpc.Interop.Tests.Cases;

/// <summary>What the descriptions leave out: another compression, many streams, what is large, and servers that end first.</summary>
internal sealed partial class ClientCases
{
    private const int ManyStreams = 100, ManyCalls = 200, LargeMetadata = 8 << 10, LargeMessage = 20 << 20, OversizedMessage = 25 << 20;

    private async Task DeflateAsync()
    {
        var request = new SimpleRequest
        {
            ExpectCompressed = new BoolValue { Value = true },
            ResponseCompressed = new BoolValue { Value = true },
            ResponseSize = ResponseSize,
            Payload = Zeros(RequestSize),
        };
        var response = await _client.UnaryCallAsync(request, Options(new Metadata { { "grpc-internal-encoding-request", "deflate" } }));

        Assert.Equal(Zeros(ResponseSize), response.Payload);
    }

    private async Task ManyStreamsAsync()
    {
        var calls = Enumerable.Range(0, ManyStreams).Select(_ => _client.FullDuplexCall(Options())).ToList();
        foreach (var size in (int[])[9, 10])
        {
            await Task.WhenAll(calls.Select(call => call.RequestStream.WriteAsync(Wish(8, size))));
            Assert.All(await Task.WhenAll(calls.Select(call => call.ResponseStream.MoveNext(Cancelled))), Assert.True);
            Assert.All(calls, call => Assert.Equal(size, call.ResponseStream.Current.Payload.Body.Length));
        }

        await Task.WhenAll(calls.Select(call => call.RequestStream.CompleteAsync()));
        Assert.All(await Task.WhenAll(calls.Select(call => call.ResponseStream.MoveNext(Cancelled))), Assert.False);
        calls.ForEach(call => call.Dispose());
    }

    private Task ConcurrentLargeUnaryAsync() => Task.WhenAll(Enumerable.Range(0, ManyCalls).Select(_ => LargeUnaryAsync()));

    /// <summary>HttpClient sends the values of a key in one field, with commas; text arrives so, and of bytes a gRPC undoes it.</summary>
    private async Task RepeatedMetadataAsync()
    {
        byte[][] values = without.HasFlag(Gaps.JoinedBytes) ? [[1]] : [[1], [], [0xff, 0x2c, 0]];
        var headers = new Metadata { { "x-grpc-test-echo-initial", "one" }, { "x-grpc-test-echo-initial", "two" } };
        foreach (var value in values)
        {
            headers.Add("x-grpc-test-echo-trailing-bin", value);
        }

        var call = _client.UnaryCallAsync(new SimpleRequest(), Options(headers));
        await call;

        var texts = (await call.ResponseHeadersAsync).GetAll("x-grpc-test-echo-initial").Select(entry => entry.Value);
        Assert.Equal("one, two", string.Join(", ", texts));
        Assert.Equal(values, call.GetTrailers().GetAll("x-grpc-test-echo-trailing-bin").Select(entry => entry.ValueBytes));
    }

    private async Task LargeMetadataAsync()
    {
        var (text, bytes) = (new string('x', LargeMetadata), Enumerable.Range(0, LargeMetadata).Select(i => (byte)i).ToArray());
        var call = _client.UnaryCallAsync(
            new SimpleRequest(), Options(new Metadata { { "x-grpc-test-echo-initial", text }, { "x-grpc-test-echo-trailing-bin", bytes } }));
        await call;

        Assert.Equal(text, (await call.ResponseHeadersAsync).GetValue("x-grpc-test-echo-initial"));
        Assert.Equal(bytes, call.GetTrailers().GetValueBytes("x-grpc-test-echo-trailing-bin"));
    }

    private async Task LargeMessagesAsync()
    {
        var response = await _client.UnaryCallAsync(new SimpleRequest { ResponseSize = LargeMessage, Payload = Zeros(LargeMessage) }, Options());

        Assert.Equal(Zeros(LargeMessage), response.Payload);
    }

    private async Task OversizedMessagesAsync()
    {
        await FailsAsync(StatusCode.ResourceExhausted, () => _client.UnaryCallAsync(new SimpleRequest { Payload = Zeros(OversizedMessage) }, Options()).ResponseAsync);
        await FailsAsync(StatusCode.ResourceExhausted, () => _client.UnaryCallAsync(new SimpleRequest { ResponseSize = OversizedMessage }, Options()).ResponseAsync);
        await LargeUnaryAsync();
    }

    private async Task EarlyStatusAsync()
    {
        var status = new EchoStatus { Code = (int)StatusCode.FailedPrecondition, Message = "enough" };
        using var call = _client.FullDuplexCall(Options());
        await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseStatus = status });
        var ended = FailsAsync(StatusCode.FailedPrecondition, () => call.ResponseStream.MoveNext(Cancelled));
        try
        {
            while (!ended.IsCompleted)
            {
                await call.RequestStream.WriteAsync(Wish(65_536));
            }
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException)
        {
            // The server has ended the call, so nothing more can be written.
        }

        Assert.Equal(status.Message, (await ended).Status.Detail);
    }

    /// <summary>Calls until another server answers; a stream that was open before goes on meanwhile, to its end.</summary>
    private async Task DrainAsync()
    {
        using var open = _client.FullDuplexCall(Options());
        await open.RequestStream.WriteAsync(Wish(8, 9));
        Assert.True(await open.ResponseStream.MoveNext(Cancelled));

        var first = await ServerIdAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (await ServerIdAsync() == first)
            {
                Cancelled.ThrowIfCancellationRequested();
            }
        }));

        await open.RequestStream.WriteAsync(Wish(8, 10));
        await open.RequestStream.CompleteAsync();
        Assert.Equal([10], await SizesAsync(open.ResponseStream));

        async Task<string> ServerIdAsync() =>
            (await _client.UnaryCallAsync(new SimpleRequest { FillServerId = true, ResponseSize = 9, Payload = Zeros(8) }, Options())).ServerId;
    }
}
