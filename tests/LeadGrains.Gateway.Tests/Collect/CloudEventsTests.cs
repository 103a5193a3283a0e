using System.Net;
using System.Text;
using System.Text.Json;
using LeadGrains.Gateway.Collect;

namespace LeadGrains.Gateway.Tests.Collect;

public sealed class CloudEventsTests : IAsyncLifetime
{
    private const string Path = "/v1/cloudevents";

    private Sdk _sdk = null!;

    public async ValueTask InitializeAsync() => _sdk = await Sdk.StartAsync();

    public ValueTask DisposeAsync() => _sdk.DisposeAsync();

    [Fact]
    public async Task Event_WhenStructured_IsASignal()
    {
        await _sdk.TakenAsync(Path, """{"id":"r1-demo","source":"/website","type":"com.acme.demo_requested","specversion":"1.0","time":"2020-11-21T20:25:43.026Z","subject":"u-1","datacontenttype":"application/json","data":{"seats":25,"email":"ada@acme.example"},"accountid":"acme","region":"EU"}""");

        var signal = Assert.Single(await _sdk.SignalsAsync("u-1"));
        Assert.Equal(("r1-demo", "/website", "demo_requested", "acme", "ada@acme.example"), (signal.Id, signal.Source, signal.Type, signal.AccountId, signal.Email));
        Assert.Equal(2020, signal.OccurredAt.ToDateTime().Year);
        Assert.Equal(("25", "EU"), (signal.Attributes["seats"], signal.Attributes["region"]));
    }

    [Fact]
    public async Task Batch_WithABadOne_TakesTheOthers()
    {
        await _sdk.TakenAsync(Path, """
            [{"id":"1","source":"/a","type":"visit","specversion":"1.0","subject":"u","data_base64":"eyJzZWF0cyI6Mn0="},
             {"id":"2","source":"/a","type":"visit","specversion":"0.3","subject":"u"},
             7,
             {"id":"3","source":"/a","type":"com.acme.contact_updated.v2","specversion":"1.0","subject":"u","accountid":"acme","data":{"title":"Head"}},
             {"id":"4","source":"/a","type":"com.acme.account_updated","specversion":"1.0","subject":"acme","data":{"name":"Acme","industry":"software"}}]
            """);

        Assert.Equal("2", Assert.Single(await _sdk.SignalsAsync("u")).Attributes["seats"]);
        var contact = await _sdk.ContactAsync("u");
        Assert.Equal(("Head", "acme"), (contact.Traits.Fields["title"].StringValue, contact.AccountId));
        Assert.Equal("Acme", (await _sdk.AccountAsync("acme")).Name);
        Assert.Equal(["", "2"], (await _sdk.RefusedAsync()).Refusals.Select(one => one.MessageId).Order(StringComparer.Ordinal));
    }

    // Senders such as Knative's put it aside then; others give it to whoever made it.
    [Fact]
    public async Task Event_WhenItIsRefused_IsAnsweredWithTheReason()
    {
        using var structured = await _sdk.SendAsync(Path, """{"id":"2","source":"/a","type":"visit","specversion":"0.3","subject":"u"}"""u8.ToArray());
        using var binary = await _sdk.SendAsync(Path, [], "application/json", ("ce-id", "1"), ("ce-source", "/a"), ("ce-type", "visit"), ("ce-specversion", "1.0"));
        using var noEvent = await _sdk.SendAsync(Path, "7"u8.ToArray());

        foreach (var (answer, reason) in new[] { (structured, "specversion"), (binary, "subject"), (noEvent, "event") })
        {
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(reason, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(3ul, (await _sdk.RefusedAsync()).Total);
    }

    [Fact]
    public async Task Event_WhenBinary_HasItsAttributesInHeaders()
    {
        using var answer = await _sdk.SendAsync(
            Path, Encoding.UTF8.GetBytes("""{"seats":25}"""), "application/json; charset=utf-8",
            ("ce-id", "1"), ("ce-source", "/a"), ("ce-type", "visit"), ("ce-specversion", "1.0"), ("ce-subject", "J%C3%B6rg"), ("ce-region", "EU"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var signal = Assert.Single(await _sdk.SignalsAsync("Jörg"));
        Assert.Equal(("25", "EU"), (signal.Attributes["seats"], signal.Attributes["region"]));
    }

    [Theory]
    [InlineData("com.acme.demo_requested", "demo_requested")]
    [InlineData("com.acme.DemoRequested.v1", "demo_requested")]
    [InlineData("visit", "visit")]
    [InlineData("...", "")]
    [InlineData("v1", "v1")]
    public void TypeOf_AName_IsItsLastPart(string type, string expected) => Assert.Equal(expected, CloudEventMapping.TypeOf(type));

    [Fact]
    public async Task Source_WhenLongerThanOursMayBe_StaysUnlikeOthers()
    {
        foreach (var end in (string[])["a", "b"])
            await _sdk.TakenAsync(Path, $$"""{"id":"1","source":"https://example.com/{{new string('x', 80)}}{{end}}","type":"visit","specversion":"1.0","subject":"u"}""");

        Assert.Equal(2ul, (await _sdk.ContactAsync("u")).SignalCount);
    }
}
