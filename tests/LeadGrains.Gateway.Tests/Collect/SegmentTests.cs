using Google.Protobuf.WellKnownTypes;

namespace LeadGrains.Gateway.Tests.Collect;

public sealed class SegmentTests : IAsyncLifetime
{
    private Sdk _sdk = null!;

    public async ValueTask InitializeAsync() => _sdk = await Sdk.StartAsync();

    public ValueTask DisposeAsync() => _sdk.DisposeAsync();

    [Fact]
    public async Task Batch_OfAWholeJourney_IsSignalsTraitsAccountAndMerge()
    {
        await _sdk.TakenAsync("/v1/batch", $$$"""
            {"batch":[
             {"type":"page","anonymousId":"anon-1","name":"Pricing","category":"Docs","properties":{"url":"https://a.example/pricing?utm_source=x","title":"Pricing"},"context":{"page":{"referrer":"https://b.example"},"userAgent":"Firefox","campaign":{"source":"x"}},"timestamp":"{{{Ago(1)}}}","messageId":"m1"},
             {"type":"group","anonymousId":"anon-1","groupId":"acme","traits":{"name":"Acme","industry":"software","employees":420},"messageId":"m2"},
             {"type":"identify","userId":"u-1","anonymousId":"anon-1","traits":{"email":"ada@acme.example","title":"Head","address":{"city":"Bern"},"company":{"id":"acme","name":"Acme"}},"messageId":"m3"},
             {"type":"track","userId":"u-1","event":"Demo Requested","properties":{"seats":25,"nested":{"a":[1,"x",true,null]}},"context":{"groupId":"acme"},"messageId":"m4"},
             {"type":"screen","userId":"u-1","name":"Billing","properties":{},"messageId":"m5"},
             {"type":"alias","userId":"u-1","previousId":"old-1"}],
             "writeKey":"wk","sentAt":"{{{Ago(0)}}}"}
            """);

        var ada = await _sdk.ContactAsync("anon-1");
        Assert.Equal(("u-1", "ada@acme.example", "acme", 3ul), (ada.ContactId, ada.Email, ada.AccountId, ada.SignalCount));
        Assert.Equal(["address.city Bern", "company Acme", "title Head"], Traits(ada.Traits));
        Assert.Equal(["anon-1", "old-1"], ada.MergedContactIds.Order());
        var acme = await _sdk.AccountAsync("acme");
        Assert.Equal(("Acme", 1u), (acme.Name, acme.ContactCount));
        Assert.Equal(420, acme.Traits.Fields["employees"].NumberValue);
        var signals = (await _sdk.SignalsAsync("u-1")).ToDictionary(signal => signal.Id);
        Assert.Equal(("page_viewed", "local", "demo_requested", "acme", "screen_viewed"), (signals["m1"].Type, signals["m1"].Source, signals["m4"].Type, signals["m4"].AccountId, signals["m5"].Type));
        Assert.Equal(Timestamp.FromDateTimeOffset(_sdk.Gateway.Clock.AddHours(-1)), signals["m1"].OccurredAt);
        Assert.Equal(
            ["campaign.source=x", "category=Docs", "name=Pricing", "path=/pricing", "referrer=https://b.example", "title=Pricing", "url=https://a.example/pricing?utm_source=x", "user_agent=Firefox"],
            signals["m1"].Attributes.Select(attribute => $"{attribute.Key}={attribute.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(("25", "1,x,true"), (signals["m4"].Attributes["seats"], signals["m4"].Attributes["nested.a"]));
        Assert.Empty((await _sdk.RefusedAsync()).Refusals);
    }

    [Fact]
    public async Task Batch_WhenManyLeadOneIdElsewhere_LeadsItToTheFirstAndListsTheOthers()
    {
        var messages = Enumerable.Range(0, 2_500).Select(i => $$"""{"type":"alias","userId":"u-{{i / 2}}","previousId":"shared","messageId":"{{i}}"}""");

        await _sdk.TakenAsync("/v1/batch", $$"""{"batch":[{{string.Join(',', messages)}}]}""");

        Assert.Equal("u-0", (await _sdk.ContactAsync("shared")).ContactId);
        Assert.Equal("u-1249", (await _sdk.ContactAsync("u-1249")).ContactId);
        var refused = (await _sdk.RefusedAsync()).Refusals;
        Assert.Contains(refused, one => one.MessageId == "2499");
        Assert.DoesNotContain(refused, one => one.MessageId is "0" or "1");
    }

    [Fact]
    public async Task Batch_WhenSentAgain_ChangesNothing()
    {
        const string Body = """{"batch":[{"type":"track","anonymousId":"a","event":"visit","messageId":"1"},{"type":"identify","userId":"u","anonymousId":"a","traits":{"title":"Head"}},{"type":"track","userId":"u","event":"demo"}]}""";
        await _sdk.TakenAsync("/v1/batch", Body);
        var first = await _sdk.ContactAsync("u");

        await _sdk.TakenAsync("/v1/batch", Body);

        Assert.Equal(first, await _sdk.ContactAsync("u"));
        Assert.Equal(2ul, first.SignalCount);
    }

    [Fact]
    public async Task Batch_WhenMessagesAreBad_TheOthersAreTakenAndTheseListed()
    {
        await _sdk.TakenAsync("/v1/batch", $$$"""
            {"batch":[
             {"type":"track","userId":"u","event":"visit","messageId":"good"},
             {"type":"track","event":"visit","messageId":"nobody"},
             {"type":"track","userId":"u","messageId":"nothing"},
             {"type":"delete","userId":"u","messageId":"odd"},
             {"type":"track","userId":"u","event":"visit","messageId":"\ud800"},
             {"type":"track","userId":"u","event":"{{{new string('x', 65)}}}","messageId":"long"},
             17,
             {"type":"identify","userId":"u","traits":{"email":"nobody","title":"Head","secret":"{{{new string('s', 2_000)}}}"},"messageId":"traits"}]}
            """);

        var contact = await _sdk.ContactAsync("u");
        Assert.Equal((1ul, "Head", ""), (contact.SignalCount, contact.Traits.Fields["title"].StringValue, contact.Email));
        var refused = await _sdk.RefusedAsync();
        Assert.Equal(7ul, refused.Total);
        Assert.Equal(["", "", "long", "nobody", "nothing", "odd", "traits"], refused.Refusals.Select(one => one.MessageId).Order(StringComparer.Ordinal));
        Assert.All(refused.Refusals, one => Assert.Equal("/v1/batch", one.Path));
        Assert.DoesNotContain("sss", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Identify_WhenAnOlderOneComesLate_WhatIsNewerStays()
    {
        await _sdk.TakenAsync("/v1/i", $$"""{"userId":"u","traits":{"title":"Head"},"timestamp":"{{Ago(1)}}","messageId":"2"}""");
        await _sdk.TakenAsync("/v1/identify", $$"""{"userId":"u","traits":{"title":"Trainee","region":"EU"},"timestamp":"{{Ago(2)}}","messageId":"1"}""");

        Assert.Equal(["region EU", "title Head"], Traits((await _sdk.ContactAsync("u")).Traits));
    }

    [Fact]
    public async Task Identify_WhenTheAnonymousIdLeadsToAnother_NoTwoPeopleBecomeOne()
    {
        await _sdk.TakenAsync("/v1/t", """{"anonymousId":"shared","event":"visit","messageId":"1"}""");
        await _sdk.TakenAsync("/v1/i", """{"userId":"ann","anonymousId":"shared","messageId":"2"}""");

        await _sdk.TakenAsync("/v1/i", """{"userId":"bob","anonymousId":"shared","messageId":"3"}""");
        await _sdk.TakenAsync("/v1/t", """{"userId":"cem","event":"visit","messageId":"4"}""");
        await _sdk.TakenAsync("/v1/a", """{"userId":"bob","previousId":"cem","messageId":"5"}""");

        Assert.Equal(("ann", "bob", "cem"), ((await _sdk.ContactAsync("shared")).ContactId, (await _sdk.ContactAsync("bob")).ContactId, (await _sdk.ContactAsync("cem")).ContactId));
        Assert.Equal(["5", "3"], (await _sdk.RefusedAsync()).Refusals.Select(one => one.MessageId));
    }

    [Fact]
    public async Task Batch_WhenItLeadsOneIdToTwoPeople_TheFirstHasIt()
    {
        await _sdk.TakenAsync("/v1/b", """{"batch":[{"type":"track","anonymousId":"x","event":"visit","messageId":"0"},{"type":"identify","userId":"ann","anonymousId":"x","messageId":"1"},{"type":"identify","userId":"bob","anonymousId":"x","messageId":"2"}]}""");

        Assert.Equal("ann", (await _sdk.ContactAsync("x")).ContactId);
        Assert.Equal("2", Assert.Single((await _sdk.RefusedAsync()).Refusals).MessageId);
    }

    [Theory]
    [InlineData("/api/s/identify")]
    [InlineData("/api/s/s2s/identify")]
    public async Task Jitsu_WhenItMixesTraitsOfPersonAndGroup_OnlyThePersonsAreTaken(string path)
    {
        await _sdk.TakenAsync(path, """{"type":"identify","userId":"u","anonymousId":"a","traits":{"title":"Head"},"context":{"traits":{"name":"Acme","employees":420}},"messageId":"1"}""");

        Assert.Equal(["title Head"], Traits((await _sdk.ContactAsync("u")).Traits));
    }

    [Fact]
    public async Task Group_WithNobody_TellsOfTheAccountOnly()
    {
        await _sdk.TakenAsync("/v1/g", """{"groupId":"acme","traits":{"plan":"paid"},"messageId":"1"}""");

        Assert.Equal("paid", (await _sdk.AccountAsync("acme")).Traits.Fields["plan"].StringValue);
        Assert.Equal(0u, (await _sdk.AccountAsync("acme")).ContactCount);
    }

    private string Ago(int hours) => _sdk.Gateway.Clock.AddHours(-hours).ToString("O");

    private static IEnumerable<string> Traits(Struct traits) => traits.Fields.Select(trait => $"{trait.Key} {trait.Value.StringValue}").Order(StringComparer.Ordinal);
}
