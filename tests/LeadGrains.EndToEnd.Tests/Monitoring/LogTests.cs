using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Monitoring;

public sealed class LogTests
{
    // In every place of every request that takes a text; whatever is logged of one shows.
    private const string Person = "zaphod.beeblebrox@heartofgold.example";
    private const string Key = "lgk_zaphodskey_5up3r5ecr3t";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_WhenAddressesAndKeysStandEverywhere_LogsNone()
    {
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled, "--log-level", "Trace");

        await SendAllAsync(server, Key);
        var key = await CreateKeyAsync(data.Path);
        while (!await IsTakenAsync(server, key))
            await Task.Delay(100, Cancelled);
        await SendAllAsync(server, key);
        await SendAllAsync(server, Key);
        server.Process.Terminate();
        Assert.Equal(0, await server.Process.WaitAsync(Limit, Cancelled));

        Assert.Contains("Serving ", server.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("zaphod", server.Process.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("heartofgold", server.Process.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("5up3r5ecr3t", server.Process.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(key.Split('_')[^1], server.Process.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Serve_WhenAStrangersBodyComesTooSlowly_AnswersAndLogsNoFault()
    {
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);

        var answer = await SendSlowlyAsync(server.Http);
        server.Process.Terminate();
        Assert.Equal(0, await server.Process.WaitAsync(Limit, Cancelled));

        Assert.Contains("came too slowly", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("fail:", server.Process.Output, StringComparison.Ordinal);
    }

    // Fast enough for the web server, whose own bound is a rate, and without a key, so that it is waited for 5 s at most.
    private static async Task<string> SendSlowlyAsync(Uri server)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, Cancelled);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/batch HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Length: 4000000\r\n\r\n"), Cancelled);
        var answer = FirstPieceAsync(stream);
        var piece = Encoding.ASCII.GetBytes(new string(' ', 100));
        while (!answer.IsCompleted)
        {
            await stream.WriteAsync(piece, Cancelled);
            await Task.Delay(100, Cancelled);
        }

        return await answer;
    }

    private static async Task<string> FirstPieceAsync(NetworkStream stream)
    {
        var room = new byte[4_096];
        return Encoding.ASCII.GetString(room, 0, await stream.ReadAsync(room, Cancelled));
    }

    private static async Task SendAllAsync(ServerProcess server, string key)
    {
        await SendGoodAsync(server, key);
        await SendBadAsync(server, key);
        await SendOverHttpAsync(server, key);
    }

    private static async Task<string> CreateKeyAsync(string data)
    {
        var made = await Command.RunAsync(Limit, Cancelled, "keys", "create", "--data", data, "--name", "site", "--scope", "ingest,read");
        Assert.True(made.ExitCode == 0, made.Output);
        return made.Output.Split('\n', StringSplitOptions.TrimEntries).Single(line => line.StartsWith("lgk_", StringComparison.Ordinal));
    }

    // A running server follows in a moment: from then on nobody else is let in.
    private static async Task<bool> IsTakenAsync(ServerProcess server, string key)
    {
        var request = new RankContactsRequest();
        try
        {
            await server.Ranking.RankContactsAsync(request, cancellationToken: Cancelled);
            return false;
        }
        catch (RpcException refusal) when (refusal.StatusCode == StatusCode.Unauthenticated)
        {
            await server.Ranking.RankContactsAsync(request, [new Metadata.Entry("authorization", $"Bearer {key}")], cancellationToken: Cancelled);
            return true;
        }
    }

    private static CallOptions Call(string key) => new(
        [new Metadata.Entry("authorization", $"Bearer {key}"), new Metadata.Entry("x-write-key", $"{key}:"), new Metadata.Entry("user-agent", Person)],
        cancellationToken: Cancelled);

    private static async Task SendGoodAsync(ServerProcess server, string key)
    {
        await IgnoreAsync(async () => await server.Ingest.RecordSignalsAsync(
            new RecordSignalsRequest { Signals = { new Signal { Id = Person, Type = Person, ContactId = Person, AccountId = Person, Email = Person, Source = Key, Attributes = { [Person] = Key } } } }, Call(key)));
        await IgnoreAsync(async () => await server.Contacts.UpsertContactsAsync(
            new UpsertContactsRequest { Contacts = { new ContactTraits { ContactId = Person, Email = Person, Aliases = { Key } } } }, Call(key)));
        await IgnoreAsync(async () => await server.Contacts.MergeContactsAsync(new MergeContactsRequest { FromContactId = Key, IntoContactId = Person }, Call(key)));
        await IgnoreAsync(async () => await server.Contacts.GetContactAsync(new GetContactRequest { ContactId = Person }, Call(key)));
    }

    private static async Task SendBadAsync(ServerProcess server, string key)
    {
        await IgnoreAsync(async () => await server.Contacts.GetContactAsync(new GetContactRequest { ContactId = $"unknown-{Person}" }, Call(key)));
        await IgnoreAsync(async () => await server.Contacts.MergeContactsAsync(new MergeContactsRequest { FromContactId = Person, IntoContactId = Person }, Call(key)));
        await IgnoreAsync(async () => await server.Ranking.RankContactsAsync(
            new RankContactsRequest { PageToken = Person, Filter = new RankFilter { Traits = { [Person] = new AcceptedValues { Values = { Key } } } } }, Call(key)));
        using var publishing = server.Models.PublishModel(new PublishModelRequest { Yaml = $"{Person}: {Key}", PublishedBy = Person, Comment = Key }, Call(key));
        await IgnoreAsync(async () => await publishing.ResponseStream.MoveNext(Cancelled));
        await IgnoreAsync(async () => await server.Ingest.RecordSignalsAsync(
            new RecordSignalsRequest { Signals = { new Signal { Id = new string('x', 5_000) + Person, Type = Person, Email = $"{Person} {Person}", ContactId = Person } } }, Call(key)));
        var bytes = Marshallers.Create<byte[]>(each => each, each => each);
        foreach (var service in new[] { "leadgrains.v1.IngestService", "leadgrains.v1.ContactService", Person })
        {
            var method = new Method<byte[], byte[]>(MethodType.Unary, service, service == "leadgrains.v1.IngestService" ? "RecordSignals" : "GetContact", bytes, bytes);
            await IgnoreAsync(async () => await server.Channel.CreateCallInvoker().AsyncUnaryCall(method, host: null, Call(key), Encoding.UTF8.GetBytes(Person)));
        }
    }

    private static async Task SendOverHttpAsync(ServerProcess server, string key)
    {
        using var client = new HttpClient { BaseAddress = server.Http };
        foreach (var path in new[] { "/v1/signals", "/v1/batch", "/v1/identify", "/v1/cloudevents", $"/v1/contacts/{Person}", $"/{Person}?key={key}", "/leadgrains.v1.IngestService/RecordSignals", "/metrics" })
        {
            foreach (var body in new[] { $$"""{"email": "{{Person}}", "userId": "{{Person}}", "writeKey": "{{key}}", "signals": [{"id": "1", "email": "{{Person}}"}]}""", $"{{{Person} {key}" })
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:{Person}")));
                request.Headers.TryAddWithoutValidation("traceparent", Person);
                using var answer = await client.SendAsync(request, Cancelled);
                using var asked = await client.GetAsync(path, Cancelled);
            }
        }
    }

    // What becomes of them is not asked here.
    private static async Task IgnoreAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException)
        {
        }
    }
}
