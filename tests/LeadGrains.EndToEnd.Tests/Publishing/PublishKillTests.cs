using System.Globalization;
using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Publishing;

/// <summary>A server that is killed while it publishes a model and signals go on coming.</summary>
public sealed class PublishKillTests
{
    private const int Kills = 6, EarlySignals = 10_000;
    private const double Tolerance = 1e-9;

    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("LEADGRAINS_SEED") ?? "20261122", CultureInfo.InvariantCulture);

    private readonly ViewSender _sender = new("s");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_WhenKilledWhileAModelIsPublished_GoesOnWithTheOldOrTheNewOneWhole()
    {
        TestContext.Current.SendDiagnosticMessage("LEADGRAINS_SEED={0}", Seed);
        var random = new Random(Seed);
        using var data = new TempFolder();
        var active = PublishedModel.First;
        int cutOff = 0, answered = 0;
        var server = await active.ServeAsync(data, Cancelled);
        try
        {
            await _sender.SendAsync(server, EarlySignals, Cancelled);
            for (var kill = 1; kill <= Kills; kill++)
            {
                var other = active == PublishedModel.First ? PublishedModel.Second : PublishedModel.First;

                // The first comes at once and the last after the answer, so that both ends are met whatever the machine.
                TimeSpan? delay = kill == Kills ? null : TimeSpan.FromMilliseconds(kill == 1 ? 0 : random.Next(400));
                var isAnswered = await PublishAndKillAsync(server, other, delay);
                _ = isAnswered ? answered++ : cutOff++;
                await server.DisposeAsync();
                server = await ServerProcess.StartAsync(Path.Combine(data.Path, "data"), model: null, Cancelled);
                active = await CheckAsync(server, active, other, isAnswered);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new InvalidOperationException($"LEADGRAINS_SEED={Seed}, {cutOff} cut off, {answered} answered", fault);
        }
        finally
        {
            await server.DisposeAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{cutOff} publications were cut off, {answered} answered");
        Assert.True(cutOff > 0, "no kill came while a model was being published");
        Assert.True(answered > 0, "no publication came to its end before a kill");
    }

    // The delay counts from the call's begin; without one the kill follows the answer.
    private async Task<bool> PublishAndKillAsync(ServerProcess server, PublishedModel model, TimeSpan? delay)
    {
        var sending = _sender.SendUntilKilledAsync(server, Cancelled);
        var publishing = IsAnsweredAsync(server, model);
        await (delay is { } time ? Task.Delay(time, Cancelled) : publishing);
        server.Kill();
        await sending;
        return await publishing;
    }

    private static async Task<bool> IsAnsweredAsync(ServerProcess server, PublishedModel model)
    {
        try
        {
            await model.PublishAsync(server, Cancelled);
            return true;
        }
        catch (RpcException)
        {
            return false;
        }
    }

    private async Task<PublishedModel> CheckAsync(ServerProcess server, PublishedModel old, PublishedModel other, bool isAnswered)
    {
        var listed = await server.Models.ListModelsAsync(new ListModelsRequest(), cancellationToken: Cancelled);
        var active = listed.ActiveVersion == old.Version ? old : other;
        Assert.Equal(active.Version, listed.ActiveVersion);
        Assert.True(active == other || !isAnswered, "a publication was answered, and the start knows nothing of it");
        var stored = await server.Models.GetModelAsync(new GetModelRequest(), cancellationToken: Cancelled);
        Assert.Equal(active.Yaml, stored.Model.Yaml);
        foreach (var contact in ViewSender.Everyone)
        {
            var got = (await server.Contacts.GetContactAsync(new GetContactRequest { ContactId = contact }, cancellationToken: Cancelled)).Contact;
            Assert.InRange(got.SignalCount, _sender.AcknowledgedOf(contact), _sender.SentOf(contact));
            var explained = await server.Contacts.ExplainContactAsync(
                new ExplainContactRequest { ContactId = contact, AsOf = PublishedModel.ComparedAt }, cancellationToken: Cancelled);
            Assert.Equal(active.Version, explained.Contact.Score.ModelVersion);
            Assert.Equal(active.PointsOfViews(got.SignalCount), explained.Contact.Score.IntentPoints, Tolerance * got.SignalCount);
        }

        return active;
    }
}
