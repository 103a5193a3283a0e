using System.Net;
using System.Text;
using LeadGrains.Gateway.Collect;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Tests.Collect;

public sealed class CollectTests
{
    private const string Visit = """{"type":"track","anonymousId":"a","event":"visit","messageId":"1"}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json")]
    public async Task Body_WhenPackedAndNotLabelledSo_IsRead(string label)
    {
        await using var sdk = await Sdk.StartAsync();

        using var answer = await sdk.SendAsync("/v1/batch", Sdk.Packed(Encoding.UTF8.GetBytes($$"""{"batch":[{{Visit}}]}""")), label);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1ul, (await sdk.ContactAsync("a")).SignalCount);
    }

    [Fact]
    public async Task Body_WhenItUnpacksToTooMuch_IsRefused()
    {
        await using var sdk = await Sdk.StartAsync();

        using var answer = await sdk.SendAsync("/v1/batch", Sdk.Packed(new byte[64 * 1024 * 1024]));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Body_WhileItIsHeld_CountsAsWhatItTakesInMemory()
    {
        await using var sdk = await Sdk.StartAsync();
        var body = Encoding.UTF8.GetBytes($$"""{"batch":[{{Visit}},{{new string('1', 100_000)}}]}""");
        sdk.Gateway.Journal.Hold();

        var sending = sdk.SendAsync("/v1/batch", body);
        for (var tries = 0; sdk.Gateway.BytesHeld < 6 * body.Length; tries++)
        {
            Assert.True(tries < 1_000, $"{sdk.Gateway.BytesHeld} bytes are held.");
            await Task.Delay(10, Cancel);
        }

        sdk.Gateway.Journal.Release();
        using var answer = await sending;
        Assert.Equal((HttpStatusCode.OK, 0L), (answer.StatusCode, sdk.Gateway.BytesHeld));
    }

    [Fact]
    public async Task Body_WhileItComes_CountsAsWhatIsThereOfIt()
    {
        await using var sdk = await Sdk.StartAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var dripping = sdk.DripAsync("/v1/t", stop.Token);
        for (var tries = 0; sdk.Gateway.BytesHeld == 0; tries++)
        {
            Assert.True(tries < 1_000, "Nothing is held.");
            await Task.Delay(10, Cancel);
        }

        await stop.CancelAsync();
        await dripping;
        for (var tries = 0; sdk.Gateway.BytesHeld > 0; tries++)
        {
            Assert.True(tries < 1_000, $"{sdk.Gateway.BytesHeld} bytes are held still.");
            await Task.Delay(10, Cancel);
        }
    }

    [Fact]
    public async Task Body_WhenNoJson_IsRefusedAndListed()
    {
        await using var sdk = await Sdk.StartAsync();
        byte[][] bodies = [[], "{"u8.ToArray(), "type=track"u8.ToArray(), """{"\ud800":1}"""u8.ToArray(), """{"sentAt":"\ud800","batch":[]}"""u8.ToArray(), Encoding.UTF8.GetBytes(new string('[', 100)), [0x1F, 0x8B, 1, 2, 3]];

        foreach (var body in bodies)
        {
            using var answer = await sdk.SendAsync("/v1/t", body, "text/plain", ("Authorization", "Basic d2s6"));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        Assert.Equal((ulong)bodies.Length, (await sdk.RefusedAsync()).Total);
    }

    [Fact]
    public async Task AnyPath_WhenStrangersHoldAllTheirPlaces_TakesWhoseKeyIsKnown()
    {
        const int Strangers = 128;
        await using var sdk = await Sdk.StartAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var dripping = Enumerable.Range(0, Strangers).Select(_ => sdk.DripAsync("/v1/t", stop.Token)).ToArray();

        var stranger = HttpStatusCode.OK;
        for (var attempt = 0; stranger == HttpStatusCode.OK && attempt < 100; attempt++)
        {
            using var answer = await sdk.SendAsync("/v1/t", Encoding.UTF8.GetBytes(Visit));
            stranger = answer.StatusCode;
            await Task.Delay(50, Cancel);
        }

        using var known = await sdk.SendAsync("/v1/t", Encoding.UTF8.GetBytes(Visit), "text/plain", ("Authorization", "Basic d2s6"));
        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.OK), (stranger, known.StatusCode));
        await stop.CancelAsync();
        await Task.WhenAll(dripping);
    }

    [Theory]
    [InlineData(ServingPhase.Starting, "/v1/batch", HttpStatusCode.TooManyRequests)]
    [InlineData(ServingPhase.Draining, "/api/s/s2s/track", HttpStatusCode.TooManyRequests)]
    [InlineData(ServingPhase.Draining, "/v1/cloudevents", HttpStatusCode.ServiceUnavailable)]
    public async Task AnyPath_WhenNotServing_SaysWhenToComeAgain(ServingPhase phase, string path, HttpStatusCode expected)
    {
        await using var sdk = await Sdk.StartAsync(phase);

        using var answer = await sdk.SendAsync(path, Encoding.UTF8.GetBytes(Visit));

        Assert.Equal(expected, answer.StatusCode);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 30);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("shutting down", (await answer.Content.ReadAsStringAsync(Cancel)).Replace("starting", "shutting down", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyPath_WhenNothingBecomesDurable_IsNotAnsweredAsTaken()
    {
        await using var sdk = await Sdk.StartAsync();
        sdk.Gateway.Journal.Hold();
        using var time = sdk.Gateway.LetTimePass();

        using var answer = await sdk.SendAsync("/v1/t", Encoding.UTF8.GetBytes(Visit));

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
    }

    [Fact]
    public async Task Refusals_WhenThereAreMoreThanAreKept_AreTheNewest()
    {
        await using var sdk = await Sdk.StartAsync();
        var bad = string.Join(',', Enumerable.Range(0, RefusedMessages.Kept + 5).Select(number => $$"""{"type":"track","messageId":"{{number}}"}"""));

        await sdk.TakenAsync("/v1/batch", $$"""{"batch":[{{bad}}]}""");

        var refused = await sdk.Refusals.ListRefusalsAsync(new V1.ListRefusalsRequest { PageSize = Limits.PageSize }, cancellationToken: Cancel);
        Assert.Equal((RefusedMessages.Kept + 5ul, RefusedMessages.Kept), (refused.Total, refused.Refusals.Count));
        Assert.Equal($"{RefusedMessages.Kept + 4}", refused.Refusals[0].MessageId);
    }

    [Theory]
    [InlineData("Demo Requested", "demo_requested")]
    [InlineData("demoRequested", "demo_requested")]
    [InlineData("  --Order_Completed!  ", "order_completed")]
    [InlineData("Größe Gewählt 2x", "größe_gewählt_2x")]
    [InlineData("HTTP", "http")]
    [InlineData("!?", "")]
    public void Of_SomeName_IsFolded(string name, string expected) => Assert.Equal(expected, FoldedName.Of(name));
}
