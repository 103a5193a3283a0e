using System.Net;
using System.Net.Sockets;
using LeadGrains.Gateway.Webhooks;

namespace LeadGrains.Gateway.Tests.Webhooks;

public sealed class WebhookAddressesTests
{
    private static readonly Dictionary<string, string[]> Names = new()
    {
        ["public.example"] = ["93.184.216.34", "2606:2800:220:1::1"],
        ["mixed.example"] = ["93.184.216.34", "10.0.0.5"],
        ["inside.example"] = ["10.0.0.5"],
        ["mapped.example"] = ["::ffff:127.0.0.1"],
        ["localhost"] = ["127.0.0.1", "::1"],
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://public.example/hook", "", null)]
    [InlineData("https://public.example:8443/hook", "", null)]
    [InlineData("https://93.184.216.34/", "", null)]
    [InlineData("http://public.example/hook", "", "must begin with https://")]
    [InlineData("https://mixed.example/", "", "leads to an address that is not public")]
    [InlineData("https://inside.example/", "", "leads to an address that is not public")]
    [InlineData("https://mapped.example/", "", "leads to an address that is not public")]
    [InlineData("https://localhost/", "", "leads to an address that is not public")]
    [InlineData("https://127.0.0.1/", "", "leads to an address that is not public")]
    [InlineData("https://2130706433/", "", "leads to an address that is not public")]
    [InlineData("https://0x7f.1/", "", "leads to an address that is not public")]
    [InlineData("https://[::1]/", "", "leads to an address that is not public")]
    [InlineData("https://[::ffff:169.254.169.254]/latest", "", "leads to an address that is not public")]
    [InlineData("https://169.254.169.254/latest", "10.0.0.0/8", "leads to an address that is not public")]
    [InlineData("https://nowhere.example/", "", "names a host that cannot be found")]
    [InlineData("http://inside.example/", "10.0.0.0/8", null)]
    [InlineData("https://mixed.example/", "10.0.0.0/8", null)]
    [InlineData("http://mixed.example/", "10.0.0.0/8", "leads to an address that is not public")]
    [InlineData("http://mapped.example/", "127.0.0.0/8", null)]
    public async Task FaultOf_AnAddress_IsWhyItMayNotBePostedTo(string url, string allowed, string? fault)
    {
        var found = await Addresses(allowed).FaultOfAsync(new Uri(url), Cancel);

        if (fault is null)
            Assert.Null(found);
        else
            Assert.StartsWith(fault, found, StringComparison.Ordinal);
    }

    // Of a name that has led elsewhere since, only what may be posted to is connected to.
    [Fact]
    public async Task Allowed_WhenSomeAreNotPublic_HasOnlyTheOthers()
    {
        Assert.Equal([IPAddress.Parse("93.184.216.34")], await Addresses("").AllowedAsync("mixed.example", isTls: true, Cancel));
        await Assert.ThrowsAsync<WebhookRefusedException>(() => Addresses("").AllowedAsync("inside.example", isTls: true, Cancel));
        await Assert.ThrowsAsync<WebhookRefusedException>(() => Addresses("").AllowedAsync("public.example", isTls: false, Cancel));
        Assert.Equal([IPAddress.Parse("10.0.0.5")], await Addresses("10.0.0.0/8").AllowedAsync("mixed.example", isTls: false, Cancel));
    }

    private static WebhookAddresses Addresses(string allowed) => new(
        allowed.Length == 0 ? [] : [IPNetwork.Parse(allowed)],
        (host, _) => Names.TryGetValue(host, out var found)
            ? Task.FromResult(found.Select(IPAddress.Parse).ToArray())
            : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)));
}
