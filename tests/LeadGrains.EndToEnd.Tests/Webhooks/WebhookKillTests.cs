using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Webhooks;

/// <summary>Deliveries while server and receiver are killed again and again, checked by the specification's own library.</summary>
public sealed class WebhookKillTests
{
    private const int Seed = 20261122;
    private const int Rounds = 6;
    private const int Contacts = 40;
    private const string Secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    // Fit alone makes the total, and a title makes fit: every change of title is a change of stage.
    private const string Model = """
        name: titles
        total: {fit: 1, intent: 0}
        groups: {web: {half_life: 10d}}
        rules: [{name: visit, label: Visited, signal: visit, group: web, points: 1}]
        fit: {contact: [{name: chief, label: Chief, trait: title, contains: [chief], points: 100}]}
        stages: {contact: [{name: cold}, {name: hot, total: {enter: 50, leave: 40}}]}
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly string[] Options = ["--webhook-allow", "127.0.0.0/8", "--webhook-retry", "100ms"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Webhook_WhenServerAndReceiverAreKilledUnderLoad_GivesEveryChangeInOrder()
    {
        await OtherPrograms.RequireNodeAsync();
        using var data = new TempFolder();
        var model = Path.Combine(data.Path, "model.yaml");
        await File.WriteAllTextAsync(model, Model, Cancelled);
        var file = Path.Combine(data.Path, "received");
        var (store, random) = (Path.Combine(data.Path, "store"), new Random(Seed));
        var (receiver, port) = await ReceiveAsync("0", file);
        var server = await ServerProcess.StartAsync(store, model, Cancelled, Options);
        try
        {
            await new WebhookService.WebhookServiceClient(server.Channel).CreateWebhookAsync(
                new CreateWebhookRequest { Url = $"http://127.0.0.1:{port}/", Secret = Secret }, cancellationToken: Cancelled);
            for (var round = 0; round < Rounds; round++)
            {
                var load = LoadAsync(server, round);
                await Task.Delay(random.Next(100, 1_500), Cancelled);
                if (round % 3 != 1)
                {
                    receiver.Kill();
                    await receiver.DisposeAsync();
                }

                await Task.Delay(random.Next(50, 400), Cancelled);
                if (round % 3 != 0)
                {
                    server.Kill();
                    await load;
                    await server.DisposeAsync();
                    server = await ServerProcess.StartAsync(store, model, Cancelled, Options);
                }

                await load;
                if (round % 3 != 1)
                    (receiver, _) = await ReceiveAsync(port, file);
            }

            await CompareAsync(server, file);
        }
        finally
        {
            await server.DisposeAsync();
            await receiver.DisposeAsync();
        }
    }

    private static async Task<(RunningProcess Receiver, string Port)> ReceiveAsync(string port, string file)
    {
        var receiver = RunningProcess.Start("node", ["receiver.js", port, Secret, file], RepositoryFiles.Webhooks);
        var line = await receiver.LineAsync("listening ", TimeSpan.FromSeconds(30), Cancelled);
        return (receiver, line["listening ".Length..].Trim());
    }

    // What a killed server did not answer may have come about, or not: the journal says which.
    private static async Task LoadAsync(ServerProcess server, int round)
    {
        var contacts = new ContactService.ContactServiceClient(server.Channel);
        try
        {
            for (var step = 0; step < 12; step++)
            {
                var upserts = new UpsertContactsRequest();
                for (var contact = 0; contact < Contacts; contact++)
                {
                    var title = (contact + step + round) % 2 == 0 ? "chief" : "other";
                    var traits = new Struct { Fields = { ["title"] = Value.ForString(title) } };
                    upserts.Contacts.Add(new ContactTraits { ContactId = $"c{contact}", Traits = traits });
                }

                await contacts.UpsertContactsAsync(upserts, cancellationToken: Cancelled);
                await Task.Delay(50, Cancelled);
            }
        }
        catch (RpcException) when (server.Process.HasExited)
        {
            // It was killed.
        }
        catch (RpcException fault) when (fault.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Internal)
        {
            // It is being killed.
        }
    }

    private static async Task CompareAsync(ServerProcess server, string file)
    {
        var expected = await ChangesAsync(server);
        Assert.True(expected.Count > Contacts * Rounds, $"Only {expected.Count} changes.");
        var due = expected.Select(change => change.Id).ToHashSet();
        List<string[]> received;
        for (var waited = TimeSpan.Zero; ; waited += TimeSpan.FromMilliseconds(200))
        {
            received = [.. (await File.ReadAllLinesAsync(file, Cancelled)).Select(line => line.Split(' '))];
            if (due.IsSubsetOf(received.Select(line => line[0])))
                break;
            Assert.True(waited < Limit, $"{due.Except(received.Select(line => line[0])).Count()} of {due.Count} changes never came. The server said:\n{server.Process.Output}");
            await Task.Delay(200, Cancelled);
        }

        Assert.DoesNotContain(received, line => line[0] == "bad");
        Assert.All(received, line => Assert.Equal("contact.stage_changed", line[1]));
        foreach (var contact in expected.GroupBy(change => change.ContactId))
        {
            var first = received.Where(line => line[2] == contact.Key).DistinctBy(line => line[0]).Select(line => (line[0], line[3], line[4]));
            Assert.Equal(contact.Select(change => (change.Id, change.Stage.FromStage, change.Stage.ToStage)), first);
        }
    }

    private static async Task<List<Change>> ChangesAsync(ServerProcess server)
    {
        var changes = new List<Change>();
        using var watch = new ChangeService.ChangeServiceClient(server.Channel).WatchChanges(new WatchChangesRequest { FromStart = true }, cancellationToken: Cancelled);
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        try
        {
            while (true)
            {
                quiet.CancelAfter(TimeSpan.FromSeconds(3));
                if (!await watch.ResponseStream.MoveNext(quiet.Token))
                    break;
                if (watch.ResponseStream.Current.Change is { } change)
                    changes.Add(change);
            }
        }
        catch (Exception ended) when (!Cancelled.IsCancellationRequested && ended is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            // Nothing more has come.
        }

        return changes;
    }
}
