using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace LeadGrains.Gateway.Tests.Services;

public sealed class IngestServiceTests : IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private GatewayHost _gateway = null!;
    private V1.IngestService.IngestServiceClient _ingest = null!;
    private V1.ContactService.ContactServiceClient _contacts = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync();
        _ingest = new V1.IngestService.IngestServiceClient(_gateway.Channel);
        _contacts = new V1.ContactService.ContactServiceClient(_gateway.Channel);
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task RecordSignals_WhenAllAreInOrder_RecordsEachOnce()
    {
        var request = new V1.RecordSignalsRequest { Signals = { Signals.Many(100) } };

        var first = await _ingest.RecordSignalsAsync(request, cancellationToken: Cancel);
        var again = await _ingest.RecordSignalsAsync(request, cancellationToken: Cancel);

        Assert.Equal(new V1.RecordSignalsResponse { Recorded = 100 }, first);
        Assert.Equal(new V1.RecordSignalsResponse { Duplicates = 100 }, again);
    }

    [Fact]
    public async Task RecordSignals_WhenEmpty_RecordsNothing() =>
        Assert.Equal(new V1.RecordSignalsResponse(), await _ingest.RecordSignalsAsync(new V1.RecordSignalsRequest(), cancellationToken: Cancel));

    [Fact]
    public async Task RecordSignals_WhenRankedIsAskedFor_IsSeenByTheNextQuery()
    {
        var ranking = new V1.RankingService.RankingServiceClient(_gateway.Channel);
        var request = new V1.RecordSignalsRequest { Signals = { Signals.Of("ada", "1", "demo").In("acme") }, AckLevel = V1.AckLevel.Ranked };

        await _ingest.RecordSignalsAsync(request, cancellationToken: Cancel);

        var ranked = await ranking.RankAccountsAsync(new V1.RankAccountsRequest(), cancellationToken: Cancel);
        var acme = Assert.Single(ranked.Accounts);
        Assert.Equal("acme", acme.AccountId);
        Assert.Equal(100, acme.Score.IntentPoints, 1e-9);
    }

    [Fact]
    public async Task RecordSignals_WhenOneIsBad_RejectsItAndRecordsTheOthers()
    {
        foreach (var (name, spoil, reason, field) in BadSignals())
        {
            var bad = Signals.Of("ada", $"bad {name}");
            spoil(bad, _gateway.Clock);

            var response = await _ingest.RecordSignalsAsync(
                new V1.RecordSignalsRequest { Signals = { Signals.Of("ada", $"before {name}"), bad, Signals.Of("ada", $"after {name}") } }, cancellationToken: Cancel);

            Assert.Equal((2U, 0U), (response.Recorded, response.Duplicates));
            var rejection = Assert.Single(response.Rejections);
            Assert.Equal((name, 1U, reason, field), (name, rejection.Index, rejection.Reason, rejection.Field));
            Assert.NotEmpty(rejection.Message);
        }
    }

    [Fact]
    public async Task RecordSignals_WhenAFieldIsNotUtf8_RejectsThatSignal()
    {
        var good = Signals.Of("ada", "1");
        var bytes = new V1.RecordSignalsRequest { Signals = { good, Signals.Of("bo#", "2") } }.ToByteArray();
        bytes[Array.LastIndexOf(bytes, (byte)'#')] = 0xFF;

        var response = await _gateway.SendRecordSignalsAsync(bytes, Cancel);

        Assert.Equal(1U, response.Recorded);
        var rejection = Assert.Single(response.Rejections);
        Assert.Equal((1U, V1.RejectionReason.InvalidValue, "contact_id"), (rejection.Index, rejection.Reason, rejection.Field));
    }

    [Fact]
    public async Task RecordSignals_WhenAtTheLimit_RecordsAll()
    {
        var response = await _ingest.RecordSignalsAsync(new V1.RecordSignalsRequest { Signals = { Signals.Many(10_000) } }, cancellationToken: Cancel);

        Assert.Equal(10_000U, response.Recorded);
    }

    [Fact]
    public async Task RecordSignals_WhenBeyondTheLimit_RecordsNothing()
    {
        var request = new V1.RecordSignalsRequest { Signals = { Signals.Many(10_001) } };

        await CallAssert.InvalidAsync("signals", async () => await _ingest.RecordSignalsAsync(request, cancellationToken: Cancel));

        Assert.Equal(0, _gateway.EntriesTaken);
    }

    [Fact]
    public async Task RecordSignals_WhenTheBytesAreNoMessage_RecordsNothing()
    {
        var bytes = new V1.RecordSignalsRequest { Signals = { Signals.Many(3) } }.ToByteArray();

        await CallAssert.FailsAsync(StatusCode.InvalidArgument, () => _gateway.SendRecordSignalsAsync(bytes[..^1], Cancel));

        Assert.Equal(0, _gateway.EntriesTaken);
    }

    [Fact]
    public async Task RecordSignals_WhenTheAckLevelIsUnknown_RecordsNothing()
    {
        var request = new V1.RecordSignalsRequest { Signals = { Signals.Many(3) }, AckLevel = (V1.AckLevel)7 };

        await CallAssert.InvalidAsync("ack_level", async () => await _ingest.RecordSignalsAsync(request, cancellationToken: Cancel));

        Assert.Equal(0, _gateway.EntriesTaken);
    }

    [Fact]
    public async Task RecordSignals_WhenTheTypeIsUnknownToTheModel_ScoresZero()
    {
        await _ingest.RecordSignalsAsync(new V1.RecordSignalsRequest { Signals = { Signals.Of("ada", "1", "sneezed") } }, cancellationToken: Cancel);

        var ada = (await _contacts.GetContactAsync(new V1.GetContactRequest { ContactId = "ada" }, cancellationToken: Cancel)).Contact;

        Assert.Equal((1UL, 0.0), (ada.SignalCount, ada.Score.IntentPoints));
    }

    private static IEnumerable<(string Name, Action<V1.Signal, DateTimeOffset> Spoil, V1.RejectionReason Reason, string Field)> BadSignals()
    {
        const V1.RejectionReason Missing = V1.RejectionReason.MissingField;
        const V1.RejectionReason TooLong = V1.RejectionReason.TooLong;
        const V1.RejectionReason Invalid = V1.RejectionReason.InvalidValue;
        yield return ("no id", (signal, _) => signal.Id = "", Missing, "id");
        yield return ("no type", (signal, _) => signal.Type = "", Missing, "type");
        yield return ("nobody", (signal, _) => signal.ContactId = "", Missing, "contact_id");
        yield return ("long id", (signal, _) => signal.Id = Long(129), TooLong, "id");
        yield return ("long source", (signal, _) => signal.Source = Long(65), TooLong, "source");
        yield return ("long type", (signal, _) => signal.Type = Long(65), TooLong, "type");
        yield return ("long contact", (signal, _) => signal.ContactId = Long(129), TooLong, "contact_id");
        yield return ("long account", (signal, _) => signal.AccountId = Long(129), TooLong, "account_id");
        yield return ("long e-mail", (signal, _) => signal.Email = Long(321), TooLong, "email");
        yield return ("long attribute", (signal, _) => signal.Attributes["a"] = Long(1_024), TooLong, "attributes");
        yield return ("many attributes", (signal, _) => AddAttributes(signal, 33), TooLong, "attributes");
        yield return ("zero character", (signal, _) => signal.ContactId = "a\0b", Invalid, "contact_id");
        yield return ("no instant", (signal, _) => signal.OccurredAt = new Timestamp { Nanos = -1 }, Invalid, "occurred_at");
        yield return ("year 10000", (signal, _) => signal.OccurredAt = new Timestamp { Seconds = 253_402_300_800 }, Invalid, "occurred_at");
        yield return ("future", (signal, now) => signal.At(now.AddMinutes(5).AddTicks(1)), V1.RejectionReason.InTheFuture, "occurred_at");
    }

    private static string Long(int bytes) => new('x', bytes);

    private static void AddAttributes(V1.Signal signal, int count)
    {
        for (var number = 0; number < count; number++)
            signal.Attributes[number.ToString(CultureInfo.InvariantCulture)] = "";
    }
}
