using Grpc.Core;
using LeadGrains.Gateway.Tests.Calls;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Tests.Services;

/// <summary>Upserts whose items are too many for one call.</summary>
public sealed class CountedUpsertsTests : IAsyncLifetime
{
    private GatewayHost _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHost.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("ContactService", "UpsertContacts", "contacts")]
    [InlineData("AccountService", "UpsertAccounts", "accounts")]
    public async Task Upsert_WhenItemsAreTooMany_IsRefusedBeforeAnyIsRead(string service, string method, string field)
    {
        // What comes after them is no message, which only a reader of them all would find.
        var request = new byte[((Limits.UpsertsPerRequest + 1) * 2) + 1];
        for (var at = 0; at < request.Length; at += 2)
            request[at] = 0x0a;
        var refused = await CallAssert.FailsAsync(StatusCode.InvalidArgument, () => SendAsync(service, method, request));
        FaultAssert.Because("FIELD_INVALID", refused);
        Assert.Equal(field, Assert.Single(refused.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations).Field);
    }

    [Theory]
    [InlineData("ContactService", "UpsertContacts")]
    [InlineData("AccountService", "UpsertAccounts")]
    public async Task Upsert_WhenItemsAreAsManyAsMay_IsRead(string service, string method)
    {
        var request = new byte[Limits.UpsertsPerRequest * 2];
        for (var at = 0; at < request.Length; at += 2)
            request[at] = 0x0a;

        // Each is rejected, for it has no id.
        Assert.True((await SendAsync(service, method, request)).Length > Limits.UpsertsPerRequest);
    }

    private async Task<byte[]> SendAsync(string service, string method, byte[] request)
    {
        var bytes = Marshallers.Create<byte[]>(sent => sent, read => read);
        return await _gateway.Channel.CreateCallInvoker().AsyncUnaryCall(
            new Method<byte[], byte[]>(MethodType.Unary, $"leadgrains.v1.{service}", method, bytes, bytes),
            host: null, new CallOptions(cancellationToken: TestContext.Current.CancellationToken), request);
    }
}
