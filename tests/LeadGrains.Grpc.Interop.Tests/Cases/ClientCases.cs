using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Testing;

namespace LeadGrains.Grpc.Interop.Tests.Cases;

/// <summary>The cases as our client runs them.</summary>
internal sealed partial class ClientCases(GrpcChannel channel, Gaps without)
{
    private const int RequestSize = 271_828, ResponseSize = 314_159;

    // Only guards against a call that never ends.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly TestService.TestServiceClient _client = new(channel);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public Task RunAsync(string name) => name switch
    {
        "empty_unary" => EmptyUnaryAsync(),
        "large_unary" => LargeUnaryAsync(),
        "client_compressed_unary" => ClientCompressedUnaryAsync(),
        "server_compressed_unary" => ServerCompressedUnaryAsync(),
        "client_streaming" => ClientStreamingAsync(),
        "client_compressed_streaming" => ClientCompressedStreamingAsync(),
        "server_streaming" => ServerStreamingAsync(),
        "server_compressed_streaming" => ServerCompressedStreamingAsync(),
        "ping_pong" => PingPongAsync(),
        "empty_stream" => EmptyStreamAsync(),
        "custom_metadata" => CustomMetadataAsync(),
        "status_code_and_message" => StatusCodeAndMessageAsync(),
        "special_status_message" => SpecialStatusMessageAsync(),
        "unimplemented_method" => UnimplementedMethodAsync(),
        "unimplemented_service" => UnimplementedServiceAsync(),
        "cancel_after_begin" => CancelAfterBeginAsync(),
        "cancel_after_first_response" => CancelAfterFirstResponseAsync(),
        "timeout_on_sleeping_server" => TimeoutOnSleepingServerAsync(),
        "deflate" => DeflateAsync(),
        "many_streams" => ManyStreamsAsync(),
        "concurrent_large_unary" => ConcurrentLargeUnaryAsync(),
        "repeated_metadata" => RepeatedMetadataAsync(),
        "large_metadata" => LargeMetadataAsync(),
        "large_messages" => LargeMessagesAsync(),
        "oversized_messages" => OversizedMessagesAsync(),
        "early_status" => EarlyStatusAsync(),
        "drain" => DrainAsync(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such case."),
    };

    private static CallOptions Options(Metadata? headers = null, CancellationToken cancellationToken = default) =>
        new(headers, DateTime.UtcNow + Limit, cancellationToken);

    private static Payload Zeros(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };

    private static StreamingOutputCallRequest Wish(int request, params int[] responses) => new()
    {
        Payload = Zeros(request),
        ResponseParameters = { responses.Select(size => new ResponseParameters { Size = size }) },
    };

    private static async Task<List<int>> SizesAsync(IAsyncStreamReader<StreamingOutputCallResponse> responses)
    {
        var sizes = new List<int>();
        await foreach (var response in responses.ReadAllAsync())
        {
            Assert.Equal(Zeros(response.Payload.Body.Length), response.Payload);
            sizes.Add(response.Payload.Body.Length);
        }

        return sizes;
    }

    private static async Task<RpcException> FailsAsync(StatusCode code, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(call);
        Assert.True(failure.StatusCode == code, $"{failure.Status} where {code} was due.");
        return failure;
    }
}
