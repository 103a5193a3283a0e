using Grpc.Core;
using Grpc.Testing;

namespace LeadGrains.Grpc.Interop.Tests.Cases;

/// <summary>Compressed messages. Whether they were is seen on the wire, by <see cref="CaseList"/>.</summary>
internal sealed partial class ClientCases
{
    private static Metadata Compressed => new() { { "grpc-internal-encoding-request", "gzip" } };

    private async Task ClientCompressedUnaryAsync()
    {
        await ProbeAsync(() => _client.UnaryCallAsync(Request(isCompressed: true), Options()).ResponseAsync);

        var compressed = await _client.UnaryCallAsync(Request(isCompressed: true), Options(Compressed));
        Assert.Equal(Zeros(ResponseSize), compressed.Payload);
        var plain = await _client.UnaryCallAsync(Request(isCompressed: false), Options());
        Assert.Equal(Zeros(ResponseSize), plain.Payload);

        static SimpleRequest Request(bool isCompressed) => new()
        {
            ExpectCompressed = new BoolValue { Value = isCompressed },
            ResponseSize = ResponseSize,
            Payload = Zeros(RequestSize),
        };
    }

    private async Task ClientCompressedStreamingAsync()
    {
        await ProbeAsync(async () =>
        {
            using var probe = _client.StreamingInputCall(Options());
            await probe.RequestStream.WriteAsync(Request(27_182, isCompressed: true));
            // A server that cannot refuse waits for the end.
            if (without.HasFlag(Gaps.RefusedProbe))
            {
                await probe.RequestStream.CompleteAsync();
            }

            await probe;
        });

        using var call = _client.StreamingInputCall(Options(Compressed));
        await call.RequestStream.WriteAsync(Request(27_182, isCompressed: true));
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
        await call.RequestStream.WriteAsync(Request(45_904, isCompressed: false));
        await call.RequestStream.CompleteAsync();
        Assert.Equal(73_086, (await call).AggregatedPayloadSize);

        static StreamingInputCallRequest Request(int size, bool isCompressed) =>
            new() { ExpectCompressed = new BoolValue { Value = isCompressed }, Payload = Zeros(size) };
    }

    private async Task ServerCompressedUnaryAsync()
    {
        foreach (var isCompressed in (bool[])[true, false])
        {
            var response = await _client.UnaryCallAsync(
                new SimpleRequest { ResponseCompressed = new BoolValue { Value = isCompressed }, ResponseSize = ResponseSize, Payload = Zeros(RequestSize) },
                Options());
            Assert.Equal(Zeros(ResponseSize), response.Payload);
        }
    }

    private async Task ServerCompressedStreamingAsync()
    {
        var request = new StreamingOutputCallRequest
        {
            ResponseParameters =
            {
                new ResponseParameters { Compressed = new BoolValue { Value = true }, Size = 31_415 },
                new ResponseParameters { Compressed = new BoolValue { Value = false }, Size = 92_653 },
            },
        };
        using var call = _client.StreamingOutputCall(request, Options());

        Assert.Equal([31_415, 92_653], await SizesAsync(call.ResponseStream));
    }

    /// <summary>Sends a message that says it is compressed and is not.</summary>
    private Task ProbeAsync(Func<Task> call) =>
        without.HasFlag(Gaps.RefusedProbe) ? call() : FailsAsync(StatusCode.InvalidArgument, call);
}
