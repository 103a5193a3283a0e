using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using LeadGrains.Grpc.Tests.V1;
using RpcStatus = Google.Rpc.Status;
using Status = Grpc.Core.Status;

namespace LeadGrains.Grpc.Tests.Errors;

public class RichErrorTests
{
    private const string Trailer = "grpc-status-details-bin";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenItEndsWithARichError_CarriesTheDetails()
    {
        var error = Refusal();
        await using var server = await TestServer.StartAsync(new EchoScript { Say = (_, _) => throw error.ToRpcException() });

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client.SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(new Status(StatusCode.InvalidArgument, "two fields are wrong ☺"), failure.Status);
        Assert.Equal(error, failure.GetRpcStatus());
        Assert.Equal(["text", "number"], failure.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Select(violation => violation.Field));
        Assert.Equal("TOO_LONG", failure.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
        Assert.Null(failure.GetRpcStatus()!.GetDetail<RetryInfo>());
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenAStreamHasBegun_CarriesTheDetailsBehindIt()
    {
        var script = new EchoScript
        {
            Repeat = async (request, responses, _) =>
            {
                await responses.WriteAsync(request);
                throw Refusal().ToRpcException();
            },
        };
        await using var server = await TestServer.StartAsync(script);
        using var call = server.Client.Repeat(new Words(), cancellationToken: Token);

        Assert.True(await call.ResponseStream.MoveNext(Token));
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token));

        Assert.Equal(Refusal(), failure.GetRpcStatus());
        Assert.Equal(Refusal(), call.GetTrailers().GetRpcStatus());
    }

    [Fact]
    public void ToRpcException_WhenTheCodeIsNotGrpcs_IsUnknown()
    {
        Assert.Equal(StatusCode.Unknown, new RpcStatus { Code = 4711 }.ToRpcException().StatusCode);
        Assert.Equal(StatusCode.Unknown, new RpcStatus { Code = -1 }.ToRpcException().StatusCode);
    }

    [Fact]
    public void ToRpcException_WhenTheCallHasAStatusOfItsOwn_KeepsBoth()
    {
        var thrown = Refusal().ToRpcException(StatusCode.Aborted, "other");

        Assert.Equal(new Status(StatusCode.Aborted, "other"), thrown.Status);
        Assert.Equal((int)StatusCode.InvalidArgument, thrown.GetRpcStatus()!.Code);
    }

    [Fact]
    public void SetRpcStatus_WhenThereWasOne_ReplacesIt()
    {
        var trailers = new Metadata { { Trailer, [1, 2, 3] }, { "kept", "yes" }, { Trailer, [4] } };

        trailers.SetRpcStatus(Refusal());

        Assert.Equal(Refusal(), trailers.GetRpcStatus());
        Assert.Single(trailers.GetAll(Trailer));
        Assert.Equal("yes", trailers.GetValue("kept"));
    }

    [Fact]
    public void GetRpcStatus_WhenThereIsNoneOrADamagedOne_SaysSo()
    {
        Assert.Null(new Metadata().GetRpcStatus());
        Assert.Null(new RpcException(new Status(StatusCode.NotFound, "")).GetRpcStatus());

        var damaged = new Metadata { { Trailer, [0xff, 0xff] } };
        Assert.Throws<InvalidProtocolBufferException>(() => damaged.GetRpcStatus());
        Assert.Null(damaged.GetRpcStatus(ignoreParseError: true));
    }

    private static RpcStatus Refusal() => new()
    {
        Code = (int)StatusCode.InvalidArgument,
        Message = "two fields are wrong ☺",
        Details =
        {
            Any.Pack(new BadRequest { FieldViolations = { Violation("text"), Violation("number") } }),
            Any.Pack(new ErrorInfo { Reason = "TOO_LONG", Domain = "tests" }),
        },
    };

    private static BadRequest.Types.FieldViolation Violation(string field) => new() { Field = field, Description = "too long" };
}
