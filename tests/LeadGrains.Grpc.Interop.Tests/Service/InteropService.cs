using Google.Protobuf;
using Grpc.Core;
using Grpc.Testing;

namespace LeadGrains.Grpc.Interop.Tests.Service;

/// <summary>The server of the interop test descriptions. It authenticates nobody, so it names no user and no scope.</summary>
public sealed class InteropService(RequestFlags flags, ServerIdentity identity) : TestService.TestServiceBase
{
    private const string EchoInitial = "x-grpc-test-echo-initial", EchoTrailing = "x-grpc-test-echo-trailing-bin";

    public override async Task<Empty> EmptyCall(Empty request, ServerCallContext context)
    {
        await BeginAsync(context);
        return new Empty();
    }

    public override async Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context)
    {
        await BeginAsync(context, isCompressed: IsTrue(request.ResponseCompressed));
        flags.Check(message: 0, request.ExpectCompressed);
        ThrowIfAsked(request.ResponseStatus);
        return new SimpleResponse
        {
            Payload = Zeros(request.ResponseType, request.ResponseSize),
            ServerId = request.FillServerId ? identity.Id : "",
        };
    }

    public override async Task<StreamingInputCallResponse> StreamingInputCall(IAsyncStreamReader<StreamingInputCallRequest> requestStream, ServerCallContext context)
    {
        await BeginAsync(context);
        var (messages, size) = (0, 0);
        await foreach (var request in requestStream.ReadAllAsync())
        {
            flags.Check(messages++, request.ExpectCompressed);
            size += request.Payload?.Body.Length ?? 0;
        }

        return new StreamingInputCallResponse { AggregatedPayloadSize = size };
    }

    public override async Task StreamingOutputCall(StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        await BeginAsync(context, isCompressed: request.ResponseParameters.Any(parameters => IsTrue(parameters.Compressed)));
        ThrowIfAsked(request.ResponseStatus);
        await AnswerAsync(request, responseStream, context);
    }

    public override async Task FullDuplexCall(IAsyncStreamReader<StreamingOutputCallRequest> requestStream, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        await BeginAsync(context);
        await foreach (var request in requestStream.ReadAllAsync())
        {
            ThrowIfAsked(request.ResponseStatus);
            await AnswerAsync(request, responseStream, context);
        }
    }

    public override async Task HalfDuplexCall(IAsyncStreamReader<StreamingOutputCallRequest> requestStream, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        await BeginAsync(context);
        var requests = new List<StreamingOutputCallRequest>();
        await foreach (var request in requestStream.ReadAllAsync())
        {
            requests.Add(request);
        }

        foreach (var request in requests)
        {
            await AnswerAsync(request, responseStream, context);
        }
    }

    /// <summary>Sends the headers, with what the client wants echoed in them; keeps for the trailers what belongs there.</summary>
    private static async Task BeginAsync(ServerCallContext context, bool isCompressed = false)
    {
        var headers = new Metadata();
        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key == EchoInitial))
        {
            headers.Add(entry);
        }

        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key == EchoTrailing))
        {
            context.ResponseTrailers.Add(entry);
        }

        if (isCompressed)
        {
            headers.Add("grpc-internal-encoding-request", "gzip");
        }

        await context.WriteResponseHeadersAsync(headers);
    }

    private static async Task AnswerAsync(StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responses, ServerCallContext context)
    {
        foreach (var parameters in request.ResponseParameters)
        {
            if (parameters.IntervalUs > 0)
            {
                await Task.Delay(TimeSpan.FromMicroseconds(parameters.IntervalUs), context.CancellationToken);
            }

            responses.WriteOptions = IsTrue(parameters.Compressed) ? WriteOptions.Default : new WriteOptions(WriteFlags.NoCompress);
            await responses.WriteAsync(new StreamingOutputCallResponse { Payload = Zeros(request.ResponseType, parameters.Size) });
        }
    }

    private static bool IsTrue(BoolValue? value) => value is { Value: true };

    private static void ThrowIfAsked(EchoStatus? status)
    {
        if (status is not null)
        {
            throw new RpcException(new Status((StatusCode)status.Code, status.Message));
        }
    }

    private static Payload Zeros(PayloadType type, int size) => type == PayloadType.Compressable && size >= 0
        ? new Payload { Type = type, Body = ByteString.CopyFrom(new byte[size]) }
        : throw new RpcException(new Status(StatusCode.InvalidArgument, $"There is no payload of type {type} and size {size}."));
}

/// <summary>What tells one server from another.</summary>
public sealed record ServerIdentity(string Id);
