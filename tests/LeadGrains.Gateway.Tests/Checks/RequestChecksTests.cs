using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using LeadGrains.Gateway.Checks;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Tests.Checks;

public sealed class RequestChecksTests
{
    [Fact]
    public void ThrowIfAny_WhenNothingIsWrong_GivesWhatWasSent()
    {
        var fields = new RequestChecks();

        Assert.Equal("ann", fields.Id("contact_id", "ann"));
        Assert.Equal((Limits.DefaultPageSize, 1, Limits.PageSize), (fields.PageSize(0), fields.PageSize(1), fields.PageSize(Limits.PageSize)));
        Assert.Equal("token", fields.PageToken("token"));
        Assert.Equal((AckLevel.Recorded, AckLevel.Recorded, AckLevel.Ranked), (fields.Ack(V1.AckLevel.Unspecified), fields.Ack(V1.AckLevel.Recorded), fields.Ack(V1.AckLevel.Ranked)));
        Assert.Null(fields.Instant("as_of", timestamp: null));
        Assert.Equal(10_000_000, fields.Instant("as_of", new Timestamp { Seconds = 1 })?.Ticks);
        fields.ItemCount("contacts", Limits.UpsertsPerRequest);
        fields.ThrowIfAny();
    }

    [Fact]
    public void ThrowIfAny_WhenSeveralFieldsAreWrong_NamesEach()
    {
        var fields = new RequestChecks();
        fields.Id("account_id", "");
        fields.PageSize(-1);
        fields.PageToken(new string('x', Limits.PageTokenBytes + 1));
        fields.Ack((V1.AckLevel)7);
        fields.ItemCount("accounts", Limits.UpsertsPerRequest + 1);
        fields.Instant("as_of", new Timestamp { Nanos = -1 });

        var fault = Assert.Throws<RpcException>(fields.ThrowIfAny);

        Assert.Equal("account_id is empty; 5 more fields are wrong", fault.Status.Detail);
        Assert.Equal(
            ["account_id", "page_size", "page_token", "ack_level", "accounts", "as_of"],
            fault.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Select(violation => violation.Field));
    }
}
