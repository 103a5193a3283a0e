using LeadGrains.EndToEnd.Tests.Browser;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Sdks;

/// <summary>SDKs that companies have in place, unmodified, against the server as it is run.</summary>
public sealed class SdkTests
{
    // Ways in which one message never fails so often that an SDK gives it up.
    private static readonly Trouble[] Troubles =
        [Trouble.TooMany, Trouble.None, Trouble.AnswerLost, Trouble.None, Trouble.Unavailable, Trouble.None, Trouble.Dropped];

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("segment", true)]
    [InlineData("rudderstack", true)]
    [InlineData("jitsu", false)]
    [InlineData("cloudevents", false)]
    public async Task Journey_ThroughAnSdk_IsScoredAsIfSentByGrpc(string sdk, bool retries)
    {
        await OtherPrograms.RequireSdksAsync();
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);
        await using var proxy = await FaultyProxy.StartAsync(server.Http, retries ? Troubles : []);

        var said = await RunAsync(sdk, retries ? proxy.Address : server.Http.GetLeftPart(UriPartial.Authority));

        Assert.DoesNotContain("gave up", said, StringComparison.Ordinal);
        if (retries)
            Assert.True(proxy.Left == 0, $"{proxy.Left} of the troubles were not met in {proxy.Requests} requests. {said}");
        await AssertJourneyAsync(server, sdk, merged: sdk switch { "cloudevents" => [], "jitsu" => ["jitsu-anon"], _ => [$"{sdk}-anon", $"{sdk}-old"] });
    }

    [Fact]
    public async Task Journey_ThroughSegmentsSdkInAPage_IsScoredAsIfSentByGrpc()
    {
        await OtherPrograms.RequireSdksAsync();
        await OtherPrograms.RequireChromiumAsync();
        using var data = new TempFolder();
        await using var site = PageSite.Plain();
        await site.WriteAsync("sdk.html", await File.ReadAllTextAsync(Source("sdk.html"), Cancelled));
        var origin = await site.ShowAsync();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled, "--web-origin", origin.ToString());

        var shown = await PageSite.BrowseAsync(new Uri(origin, $"sdk.html?server={server.Http.Authority}"), "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");

        Assert.True(shown.Contains("done", StringComparison.Ordinal) && !shown.Contains("failed", StringComparison.Ordinal), shown);
        await AssertJourneyAsync(server, "browser", ["browser-anon"]);
    }

    [Theory]
    [InlineData("segment", true)]
    [InlineData("segment", false)]
    [InlineData("rudderstack", true)]
    [InlineData("rudderstack", false)]
    public async Task Stream_WhenTheServerIsRestartedInTheMiddle_LosesNothingThatWasNotGivenUp(string sdk, bool isKilled)
    {
        const int Messages = 400;
        await OtherPrograms.RequireSdksAsync();
        using var data = new TempFolder();
        var first = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);
        await using var proxy = await FaultyProxy.StartAsync(first.Http);
        await using var sending = RunningProcess.Start("node", [Source("journey.js"), $"stream-{sdk}", proxy.Address, $"{Messages}"]);
        while (proxy.Requests < 20)
        {
            Assert.False(sending.HasExited, sending.Output);
            await Task.Delay(10, Cancelled);
        }


        if (isKilled)
            first.Kill();
        else
            Assert.Equal(0, await first.TerminateAsync(Cancelled));
        await first.DisposeAsync();
        await using var second = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);
        proxy.Target = second.Http;

        Assert.True(await sending.WaitAsync(Limit, Cancelled) == 0, sending.Output);

        // RudderStack's gives a message up after four tries in two seconds; Segment's does not within this test.
        var givenUp = sending.Output.Split("gave up").Length - 1;
        Assert.True(sdk == "rudderstack" || givenUp == 0, sending.Output);
        var contact = await second.Contacts.GetContactAsync(new GetContactRequest { ContactId = $"stream-{sdk}-ada" }, cancellationToken: Cancelled);
        Assert.InRange(contact.Contact.SignalCount, (ulong)(Messages - givenUp), (ulong)Messages);
        Assert.InRange(givenUp, 0, Messages / 2);
    }

    private static async Task AssertJourneyAsync(ServerProcess server, string sdk, string[] merged)
    {
        var (contact, account) = await ReadAsync(server, $"{sdk}-ada", $"{sdk}-acme");
        Assert.Equal(($"{sdk}-ada", $"ada@{sdk}.example", $"{sdk}-acme", 3ul), (contact.ContactId, contact.Email, contact.AccountId, contact.SignalCount));
        Assert.Equal("VP Sales", contact.Traits.Fields["title"].StringValue);
        Assert.Equal(merged.Order(StringComparer.Ordinal), contact.MergedContactIds.Order(StringComparer.Ordinal));
        Assert.Equal(($"Acme of {sdk}", 1u, 420), (account.Name, account.ContactCount, account.Traits.Fields["employees"].NumberValue));

        await SendByGrpcAsync(server);
        var (likeContact, likeAccount) = await ReadAsync(server, "grpc-ada", "grpc-acme");
        AssertAlike(likeContact.Score, contact.Score);
        AssertAlike(likeAccount.Score, account.Score);
        var signals = (await server.Contacts.ListSignalsAsync(new ListSignalsRequest { ContactId = contact.ContactId }, cancellationToken: Cancelled)).Signals;
        Assert.Equal(["demo_requested", "page_viewed", "webinar_registered"], signals.Where(one => one.Outcome != SignalOutcome.Duplicate).Select(one => one.Signal.Type).Order(StringComparer.Ordinal));
        var demo = signals.First(one => one.Signal.Type == "demo_requested").Signal;
        Assert.Equal("25", demo.Attributes["seats"]);
        if (sdk == "cloudevents")
            Assert.Equal("Zürich", demo.Attributes["region"]);
    }

    // Seconds lie between the two, in which points fade.
    private static void AssertAlike(Score expected, Score actual)
    {
        Assert.True(expected.IntentPoints > 50, $"{expected.IntentPoints} points are too few to tell anything.");
        Assert.Equal(expected.IntentPoints, actual.IntentPoints, expected.IntentPoints / 1_000);
        Assert.Equal((expected.Fit, expected.Grade), (actual.Fit, actual.Grade));
    }

    private static async Task<(Contact Contact, Account Account)> ReadAsync(ServerProcess server, string contact, string account)
    {
        // What is acknowledged is durable; roll-up follows within a moment.
        await server.Ingest.RecordSignalsAsync(
            new RecordSignalsRequest { Signals = { new Signal { Id = "flush", Type = "none", ContactId = "flush" } }, AckLevel = AckLevel.Ranked }, cancellationToken: Cancelled);
        var found = (await server.Contacts.GetContactAsync(new GetContactRequest { ContactId = contact }, cancellationToken: Cancelled)).Contact;
        var rolled = (await server.Accounts.GetAccountAsync(new GetAccountRequest { AccountId = account }, cancellationToken: Cancelled)).Account;
        for (var tries = 0; tries < 100 && rolled.ContactCount == 0; tries++)
        {
            await Task.Delay(50, Cancelled);
            rolled = (await server.Accounts.GetAccountAsync(new GetAccountRequest { AccountId = account }, cancellationToken: Cancelled)).Account;
        }

        return (found, rolled);
    }

    private static async Task SendByGrpcAsync(ServerProcess server)
    {
        Signal Of(string type, string url = "") => new() { Id = type, Type = type, ContactId = "grpc-ada", Attributes = { ["url"] = url } };
        await server.Accounts.UpsertAccountsAsync(
            new UpsertAccountsRequest { Accounts = { new AccountTraits { AccountId = "grpc-acme", Traits = Struct("""{"industry":"software","employees":420}""") } } }, cancellationToken: Cancelled);
        await server.Contacts.UpsertContactsAsync(
            new UpsertContactsRequest { Contacts = { new ContactTraits { ContactId = "grpc-ada", AccountId = "grpc-acme", Traits = Struct("""{"title":"VP Sales"}""") } } }, cancellationToken: Cancelled);
        await server.Ingest.RecordSignalsAsync(
            new RecordSignalsRequest
            {
                Signals = { Of("page_viewed", "https://shop.example/pricing?utm_source=x"), Of("webinar_registered"), Of("demo_requested") },
                AckLevel = AckLevel.Ranked,
            },
            cancellationToken: Cancelled);
    }

    private static Google.Protobuf.WellKnownTypes.Struct Struct(string json) => Google.Protobuf.WellKnownTypes.Struct.Parser.ParseJson(json);

    private static async Task<string> RunAsync(string sdk, string server)
    {
        await using var running = RunningProcess.Start("node", [Source("journey.js"), sdk, server]);
        Assert.True(await running.WaitAsync(Limit, Cancelled) == 0, running.Output);
        return running.Output;
    }

    private static string Source(string file) => Path.Combine(RepositoryFiles.Root, "tests", "LeadGrains.EndToEnd.Tests", "Sdks", file);
}
