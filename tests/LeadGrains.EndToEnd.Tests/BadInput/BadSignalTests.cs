using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.BadInput;

/// <summary>A fault of one signal costs that signal alone.</summary>
public sealed class BadSignalTests
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(bytes => bytes, bytes => bytes);

    private static readonly Method<byte[], byte[]> RecordRaw =
        new(MethodType.Unary, "leadgrains.v1.IngestService", "RecordSignals", Raw, Raw);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RecordSignals_WhenSomeSignalsAreBad_RejectsThoseAndRecordsTheOthers()
    {
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled);
        var request = new RecordSignalsRequest
        {
            Signals =
            {
                Good("good-1"),
                Good(""),
                With("no-type", signal => signal.Type = ""),
                With("nobody", signal => signal.ContactId = ""),
                With("lengthy", signal => signal.ContactId = new string('c', 129)),
                With("wide", signal => signal.Attributes.Add(Enumerable.Range(0, 33).ToDictionary(i => $"a{i}", _ => ""))),
                With("tomorrow", signal => signal.OccurredAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(1))),
                Good("bytes-@@"),
                Good("good-2"),
            },
        };
        var answer = RecordSignalsResponse.Parser.ParseFrom(await CallRawAsync(server, WithInvalidUtf8(request, "bytes-@@")));

        Assert.Equal((2u, 0u), (answer.Recorded, answer.Duplicates));
        Assert.Equal(
            [
                (1, RejectionReason.MissingField, "id"),
                (2, RejectionReason.MissingField, "type"),
                (3, RejectionReason.MissingField, "contact_id"),
                (4, RejectionReason.TooLong, "contact_id"),
                (5, RejectionReason.TooLong, "attributes"),
                (6, RejectionReason.InTheFuture, "occurred_at"),
                (7, RejectionReason.InvalidValue, "id"),
            ],
            answer.Rejections.Select(rejection => ((int)rejection.Index, rejection.Reason, rejection.Field)));
        Assert.All(answer.Rejections, rejection => Assert.NotEmpty(rejection.Message));

        var contact = await server.Contacts.GetContactAsync(new GetContactRequest { ContactId = "ann" }, cancellationToken: Cancelled);
        Assert.Equal(2ul, contact.Contact.SignalCount);
    }

    internal static Signal Good(string id) => new() { Id = id, Type = "demo_requested", ContactId = "ann", Email = "ann@acme.com" };

    private static Signal With(string id, Action<Signal> change)
    {
        var signal = Good(id);
        change(signal);
        return signal;
    }

    // No client writes such bytes, so they are put into the message by hand.
    private static byte[] WithInvalidUtf8(RecordSignalsRequest request, string marker)
    {
        var bytes = request.ToByteArray();
        var at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(marker));
        bytes[at + marker.Length - 2] = 0xC3;
        bytes[at + marker.Length - 1] = 0x28;
        return bytes;
    }

    private static async Task<byte[]> CallRawAsync(ServerProcess server, byte[] request)
    {
        using var call = server.Channel.CreateCallInvoker().AsyncUnaryCall(RecordRaw, host: null, new CallOptions(cancellationToken: Cancelled), request);
        return await call.ResponseAsync;
    }
}
