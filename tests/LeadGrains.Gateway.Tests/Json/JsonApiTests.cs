using System.Net;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.Gateway.Tests.Services;

namespace LeadGrains.Gateway.Tests.Json;

public sealed class JsonApiTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RandomBatches_WhenSentByJsonAndByGrpc_ComeToTheSame()
    {
        await using var byGrpc = await GatewayHost.StartAsync();
        await using var byJson = await GatewayHost.StartAsync();
        using var client = new JsonClient(byJson);
        var ingest = new V1.IngestService.IngestServiceClient(byGrpc.Channel);
        for (var seed = 1; seed <= 100; seed++)
        {
            var request = Batch(new Random(seed), byGrpc.Clock);

            var expected = await ingest.RecordSignalsAsync(request, cancellationToken: Cancelled);
            var (status, answer) = await client.CallAsync("POST", "/v1/signals", JsonFormatter.Default.Format(request));

            Assert.True(status == 200, $"Seed {seed}: {answer}");
            Assert.True(expected.Equals(Parse<V1.RecordSignalsResponse>(answer)), $"Seed {seed}: {answer}\n{expected}");
        }

        var contacts = new V1.ContactService.ContactServiceClient(byGrpc.Channel);
        foreach (var id in Ids)
        {
            var known = await contacts.GetContactAsync(new V1.GetContactRequest { ContactId = id }, cancellationToken: Cancelled);
            var (_, answer) = await client.CallAsync("GET", "/v1/contacts/" + Uri.EscapeDataString(id));
            Assert.Equal(known, Parse<V1.GetContactResponse>(answer));
        }
    }

    [Fact]
    public async Task Calls_WhenMadeByJson_FollowOneAnother()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = new JsonClient(host);

        await OkAsync(client, "POST", "/v1/contacts", """{"contacts": [{"contactId": "https://x/y", "email": "ann@acme.com", "traits": {"title": "Head of Sales"}}], "ackLevel": "ACK_LEVEL_RANKED"}""");
        await OkAsync(client, "POST", "/v1/accounts", """{"accounts": [{"account_id": "acme.com", "name": "Acme", "traits": {"industry": "software", "employees": 700}}], "ack_level": 2}""");
        await OkAsync(client, "POST", "/v1/signals", """{"signals": [{"id": "1", "type": "demo", "contactId": "https://x/y"}, {"id": "2", "type": "visit", "contactId": "cookie"}], "ackLevel": "ACK_LEVEL_RANKED"}""");
        var merged = await OkAsync(client, "POST", "/v1/contacts/https%3A%2F%2Fx%2Fy:merge", """{"fromContactId": "cookie"}""");
        var contact = await OkAsync(client, "GET", "/v1/contacts/cookie");
        var signals = await OkAsync(client, "GET", "/v1/contacts/https%3A%2F%2Fx%2Fy/signals?page_size=1");
        var explained = await OkAsync(client, "GET", "/v1/contacts/https%3A%2F%2Fx%2Fy:explain?as_of=2027-01-01T00:00:00Z&model=EXPLAINED_MODEL_ACTIVE");
        var contacts = await OkAsync(client, "GET", "/v1/accounts/acme.com/contacts");
        var ranked = await OkAsync(client, "POST", "/v1/accounts:rank", """{"filter": {"traits": {"industry": {"values": ["Software"]}}}}""");
        var risers = await OkAsync(client, "GET", "/v1/contacts:rank?rank_by=RANK_BY_VELOCITY&filter.min_total=1&filter.stages=mql&filter.stages=nurture");
        var models = await OkAsync(client, "GET", "/v1/models");
        var model = await OkAsync(client, "GET", "/v1/models/1");

        Assert.Equal("MERGE_OUTCOME_MERGED", merged.GetProperty("outcome").GetString());
        Assert.Equal("https://x/y", contact.GetProperty("contact").GetProperty("contactId").GetString());
        Assert.Equal("2", contact.GetProperty("contact").GetProperty("signalCount").GetString());
        Assert.Single(signals.GetProperty("signals").EnumerateArray());
        Assert.NotEqual("", signals.GetProperty("nextPageToken").GetString());
        Assert.Equal("2027-01-01T00:00:00Z", explained.GetProperty("contact").GetProperty("score").GetProperty("asOf").GetString());
        Assert.Equal("https://x/y", contacts.GetProperty("contacts")[0].GetProperty("contactId").GetString());
        Assert.Equal("acme.com", ranked.GetProperty("accounts")[0].GetProperty("accountId").GetString());
        Assert.Equal("https://x/y", risers.GetProperty("contacts")[0].GetProperty("contactId").GetString());
        Assert.Equal(2, models.GetProperty("activeVersion").GetInt32());
        Assert.Equal(1, model.GetProperty("model").GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task Call_WhenTheServerDoesNotServe_IsTurnedAwayUnread()
    {
        await using var host = await GatewayHost.StartAsync(ServingPhase.Draining);
        using var client = new JsonClient(host);

        using var response = await client.SendAsync("POST", "/v1/signals", "not even JSON");
        var fault = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancelled)).RootElement;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("1", response.Headers.RetryAfter?.ToString());
        Assert.Equal("SERVER_DRAINING", fault.GetProperty("details")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Call_WhenAFieldIsWrong_GivesTheReasonOfEveryWrongField()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = new JsonClient(host);

        var (byBody, unknown) = await client.CallAsync("POST", "/v1/signals", """{"signal": []}""");
        var (byQuery, size) = await client.CallAsync("GET", "/v1/contacts:rank?page_size=-1");

        Assert.Equal((400, 400), (byBody, byQuery));
        Assert.All(new[] { unknown, size }, fault => Assert.Equal("FIELD_INVALID", fault.GetProperty("details")[0].GetProperty("reason").GetString()));
        Assert.Equal("signal", Violation(unknown));
        Assert.Equal("page_size", Violation(size));
    }

    [Fact]
    public async Task Probes_WhenAskedUnderTheApisPath_AreNotFound()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = new JsonClient(host);

        var (status, fault) = await client.CallAsync("POST", "/v1/grpc.health.v1.Health/Check", "{}");

        Assert.Equal((404, 5), (status, fault.GetProperty("code").GetInt32()));
    }

    private static readonly string[] Ids = ["ann", "https://x/y", "a b%+é", "😀:explain"];

    private static V1.RecordSignalsRequest Batch(Random random, DateTimeOffset now)
    {
        var request = new V1.RecordSignalsRequest { AckLevel = (V1.AckLevel)random.Next(3) };
        for (var i = random.Next(6); i >= 0; i--)
        {
            var signal = new V1.Signal
            {
                Id = random.Next(8) == 0 ? "" : $"{random.Next(40)}",
                Source = Pick(random, "", "web", new string('s', 65)),
                Type = Pick(random, "visit", "demo", "other", ""),
                ContactId = i == 0 ? Ids[random.Next(Ids.Length)] : Pick(random, [.. Ids, ""]),
                Email = Pick(random, "", "ann@acme.com", "no address"),
                OccurredAt = Pick(random, null, Timestamp.FromDateTimeOffset(now.AddSeconds(random.Next(-1_000_000, 1_000)))),
            };
            signal.Attributes["url"] = Pick(random, "/pricing", "\"\u0001\u2028😀");
            request.Signals.Add(signal);
        }

        // Each id is known by the end.
        request.Signals.Add(new V1.Signal { Id = $"x{random.Next()}", Type = "visit", ContactId = Ids[random.Next(Ids.Length)], OccurredAt = Timestamp.FromDateTimeOffset(now) });
        return request;
    }

    private static T Pick<T>(Random random, params T[] choices) => choices[random.Next(choices.Length)];

    private static T Parse<T>(JsonElement json)
        where T : IMessage, new() => JsonParser.Default.Parse<T>(json.GetRawText());

    private static string? Violation(JsonElement fault) => fault.GetProperty("details")[1].GetProperty("fieldViolations")[0].GetProperty("field").GetString();

    private static async Task<JsonElement> OkAsync(JsonClient client, string method, string path, string? body = null)
    {
        var (status, answer) = await client.CallAsync(method, path, body);
        Assert.True(status == 200, $"{method} {path}: {answer}");
        return answer;
    }
}
