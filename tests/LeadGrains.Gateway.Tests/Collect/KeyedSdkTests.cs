using System.Net;
using System.Text;
using Grpc.Core;
using LeadGrains.Gateway.Access;

namespace LeadGrains.Gateway.Tests.Collect;

public sealed class KeyedSdkTests : IAsyncLifetime
{
    private static readonly NewKey Website = new() { Workspace = "acme", Name = "website", Scopes = KeyScopes.Ingest | KeyScopes.Read };

    private Sdk _sdk = null!;
    private string _key = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sdk = await Sdk.StartAsync();
        _key = await _sdk.Gateway.CreateKeyAsync(Website);
    }

    public ValueTask DisposeAsync() => _sdk.DisposeAsync();

    [Theory]
    [InlineData("body")]
    [InlineData("Basic")]
    [InlineData("Bearer")]
    [InlineData("X-Write-Key")]
    public async Task Track_WhenTheKeyIsGivenInAnyWay_IsOfItsWorkspaceAndSource(string way)
    {
        Assert.Equal(HttpStatusCode.OK, await SendAsync(_key, way));

        var asked = new CallOptions(new Metadata { { "authorization", $"Bearer {_key}" } }, cancellationToken: Cancel);
        var signals = await _sdk.Contacts.ListSignalsAsync(new V1.ListSignalsRequest { ContactId = "a" }, asked);
        Assert.Equal("website", Assert.Single(signals.Signals).Signal.Source);
        var other = await _sdk.Gateway.CreateKeyAsync(Website with { Workspace = "other", Name = "other" });
        var elsewhere = new CallOptions(new Metadata { { "authorization", $"Bearer {other}" } }, cancellationToken: Cancel);
        var missing = await Assert.ThrowsAsync<RpcException>(async () => await _sdk.Contacts.GetContactAsync(new V1.GetContactRequest { ContactId = "a" }, elsewhere));
        Assert.Equal(StatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Track_WhenTheKeyIsWrongOrNotForThis_IsRefused()
    {
        var reader = await _sdk.Gateway.CreateKeyAsync(Website with { Name = "reader", Scopes = KeyScopes.Read });

        foreach (var way in (string[])["body", "Basic"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("wk", way));
            Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(reader, way));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("", "body"));
    }

    [Fact]
    public async Task Track_WhenTheKeySendsTooMuch_SaysWhenToComeAgain()
    {
        var slow = await _sdk.Gateway.CreateKeyAsync(Website with { Name = "slow", SignalsPerSecond = 1 });
        var statuses = new List<HttpStatusCode>();
        for (var tries = 0; tries < 5; tries++)
            statuses.Add(await SendAsync(slow, "Bearer"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (statuses[0], statuses[^1]));
    }

    [Fact]
    public async Task Identify_WhenTheKeyIsForPages_LeavesTheAddressThatIsThere()
    {
        var page = await _sdk.Gateway.CreateKeyAsync(Website with { Name = "page", Scopes = KeyScopes.Ingest, Origins = ["https://a.example"] });
        foreach (var (key, address) in new[] { (_key, "ann@acme.example"), (page, "me@other.example") })
        {
            var body = Encoding.UTF8.GetBytes($$$"""{"type":"identify","userId":"ann","traits":{"email":"{{{address}}}","title":"of {{{address}}}"}}""");
            using var answer = await _sdk.SendAsync("/v1/identify", body, "application/json", ("Authorization", $"Bearer {key}"), ("Origin", "https://a.example"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        var asked = new CallOptions(new Metadata { { "authorization", $"Bearer {_key}" } }, cancellationToken: Cancel);
        var ann = (await _sdk.Contacts.GetContactAsync(new V1.GetContactRequest { ContactId = "ann" }, asked)).Contact;
        Assert.Equal(("ann@acme.example", "of me@other.example"), (ann.Email, ann.Traits.Fields["title"].StringValue));
    }

    [Fact]
    public async Task Track_WhenNobodyKnowsWhoSendsSlowly_IsNotWaitedForAsLongAsAKeysHolder()
    {
        using var http = new HttpClient();
        using var body = new RestingContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_sdk.Gateway.Address}/v1/t") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = body };
        var answer = http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);

        // Whoever shows a key may take 30 s.
        for (var waited = 0; waited < 24 && !answer.IsCompleted; waited += 6)
        {
            await Task.WhenAny(answer, Task.Delay(TimeSpan.FromSeconds(2), Cancel));
            _sdk.Gateway.Advance(TimeSpan.FromSeconds(6));
        }

        using var late = await answer.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        Assert.Equal(HttpStatusCode.RequestTimeout, late.StatusCode);
    }

    private async Task<HttpStatusCode> SendAsync(string key, string way)
    {
        var inBody = way == "body" ? key : "masked";
        (string, string)[] headers = way switch
        {
            "Basic" => [("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":"))}")],
            "Bearer" => [("Authorization", $"Bearer {key}")],
            "X-Write-Key" => [("X-Write-Key", $"{key}:secret")],
            _ => [],
        };
        var body = Encoding.UTF8.GetBytes($$"""{"type":"track","anonymousId":"a","event":"visit","messageId":"1","writeKey":"{{inBody}}"}""");
        using var answer = await _sdk.SendAsync("/v1/t", body, "application/json", headers);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            Assert.NotNull(answer.Headers.RetryAfter);
        return answer.StatusCode;
    }

    /// <summary>The beginning of a body whose rest never comes.</summary>
    private sealed class RestingContent : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync("{"u8.ToArray(), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
