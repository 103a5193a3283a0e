using System.Net;
using System.Net.Sockets;
using LeadGrains.Gateway.Tests.Services;
using LeadGrains.Gateway.Webhooks;

namespace LeadGrains.Gateway.Tests.Webhooks;

public sealed class WebhookPostTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_WhenTheAnswerBreaksAfterItsStatus_IsDelivered()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var settings = new WebhookSettings { Chance = GatewayHost.Bytes, Allowed = [IPNetwork.Parse("127.0.0.0/8")] };
        using var post = new WebhookPost(new WebhookAddresses(settings.Allowed, (_, _) => Task.FromResult<IPAddress[]>([])), settings, TimeProvider.System);
        var sending = post.SendAsync(new WebhookMessage(new Uri($"http://{listener.LocalEndpoint}/"), "0-1", "{}"u8.ToArray(), [new byte[24]]), Cancel);

        using (var receiver = await listener.AcceptTcpClientAsync(Cancel))
        {
            var request = new byte[4_096];
            Assert.True(await receiver.GetStream().ReadAsync(request, Cancel) > 0);
            await receiver.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nha"u8.ToArray(), Cancel);
        }

        var outcome = await sending;
        Assert.Equal((200, "", true), (outcome.Status, outcome.Error, outcome.IsDelivered));
    }
}
