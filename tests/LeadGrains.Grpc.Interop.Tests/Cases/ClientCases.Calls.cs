using Grpc.Core;
using Grpc.Testing;

namespace LeadGrains.Grpc.Interop.Tests.Cases;

/// <summary>The four kinds of call, metadata, and calls that the client ends.</summary>
internal sealed partial class ClientCases
{
    private static Metadata Echoed => new()
    {
        { "x-grpc-test-echo-initial", "test_initial_metadata_value" },
        { "x-grpc-test-echo-trailing-bin", [0xab, 0xab, 0xab] },
    };

    private async Task EmptyUnaryAsync() => Assert.Equal(new Empty(), await _client.EmptyCallAsync(new Empty(), Options()));

    private async Task LargeUnaryAsync()
    {
        var response = await _client.UnaryCallAsync(new SimpleRequest { ResponseSize = ResponseSize, Payload = Zeros(RequestSize) }, Options());

        Assert.Equal(Zeros(ResponseSize), response.Payload);
    }

    private async Task ClientStreamingAsync()
    {
        using var call = _client.StreamingInputCall(Options());
        foreach (var size in (int[])[27_182, 8, 1_828, 45_904])
        {
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = Zeros(size) });
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(74_922, (await call).AggregatedPayloadSize);
    }

    private async Task ServerStreamingAsync()
    {
        using var call = _client.StreamingOutputCall(Wish(0, 31_415, 9, 2_653, 58_979), Options());

        Assert.Equal([31_415, 9, 2_653, 58_979], await SizesAsync(call.ResponseStream));
    }

    private async Task PingPongAsync()
    {
        using var call = _client.FullDuplexCall(Options());
        foreach (var (request, response) in ((int, int)[])[(27_182, 31_415), (8, 9), (1_828, 2_653), (45_904, 58_979)])
        {
            await call.RequestStream.WriteAsync(Wish(request, response));
            Assert.True(await call.ResponseStream.MoveNext(Cancelled));
            Assert.Equal(response, call.ResponseStream.Current.Payload.Body.Length);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(Cancelled));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    private async Task EmptyStreamAsync()
    {
        using var call = _client.FullDuplexCall(Options());
        await call.RequestStream.CompleteAsync();

        Assert.False(await call.ResponseStream.MoveNext(Cancelled));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    private async Task CustomMetadataAsync()
    {
        var unary = _client.UnaryCallAsync(new SimpleRequest { ResponseSize = ResponseSize, Payload = Zeros(RequestSize) }, Options(Echoed));
        Assert.Equal(ResponseSize, (await unary).Payload.Body.Length);
        CheckEchoed(await unary.ResponseHeadersAsync, unary.GetTrailers());

        using var duplex = _client.FullDuplexCall(Options(Echoed));
        await duplex.RequestStream.WriteAsync(Wish(RequestSize, ResponseSize));
        await duplex.RequestStream.CompleteAsync();
        Assert.Equal([ResponseSize], await SizesAsync(duplex.ResponseStream));
        CheckEchoed(await duplex.ResponseHeadersAsync, duplex.GetTrailers());
    }

    private async Task CancelAfterBeginAsync()
    {
        using var cancel = new CancellationTokenSource();
        using var call = _client.StreamingInputCall(Options(cancellationToken: cancel.Token));
        await cancel.CancelAsync();

        await FailsAsync(StatusCode.Cancelled, () => call.ResponseAsync);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
    }

    private async Task CancelAfterFirstResponseAsync()
    {
        using var cancel = new CancellationTokenSource();
        using var call = _client.FullDuplexCall(Options(cancellationToken: cancel.Token));
        await call.RequestStream.WriteAsync(Wish(27_182, 31_415));
        Assert.True(await call.ResponseStream.MoveNext(Cancelled));
        Assert.Equal(31_415, call.ResponseStream.Current.Payload.Body.Length);
        await cancel.CancelAsync();

        await FailsAsync(StatusCode.Cancelled, () => call.ResponseStream.MoveNext(Cancelled));
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
    }

    private async Task TimeoutOnSleepingServerAsync()
    {
        using var call = _client.FullDuplexCall(deadline: DateTime.UtcNow.AddMilliseconds(1));
        try
        {
            await call.RequestStream.WriteAsync(Wish(27_182));
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException)
        {
            // The millisecond was over before the message was away.
        }

        await FailsAsync(StatusCode.DeadlineExceeded, () => call.ResponseStream.MoveNext(Cancelled));
        Assert.Equal(StatusCode.DeadlineExceeded, call.GetStatus().StatusCode);
    }

    private static void CheckEchoed(Metadata headers, Metadata trailers)
    {
        Assert.Equal("test_initial_metadata_value", headers.GetValue("x-grpc-test-echo-initial"));
        Assert.Equal([0xab, 0xab, 0xab], trailers.GetValueBytes("x-grpc-test-echo-trailing-bin"));
    }
}
