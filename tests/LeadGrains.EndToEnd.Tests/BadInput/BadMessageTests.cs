using Google.Protobuf;
using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.BadInput;

/// <summary>A fault of the whole message ends the call, after the answers before it, and records nothing of that batch.</summary>
public sealed class BadMessageTests
{
    private const string Record = "leadgrains.v1.IngestService/RecordSignals", Stream = "leadgrains.v1.IngestService/StreamSignals";
    private const int TooMany = 10_001;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Faults => ["too many signals", "unparsable bytes", "a cut-off frame"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task RecordSignals_WhenTheMessageIsBad_EndsWithInvalidArgument(string fault)
    {
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled);
        var request = new RecordSignalsRequest { Signals = { Signals(fault) } };

        var (messages, status) = await RawCall.SendAsync(server.Grpc, Record, [Spoil(fault, request)], Cancelled);

        Assert.Empty(messages);
        Assert.Equal((int)StatusCode.InvalidArgument, status);
        await NobodyIsKnownAsync(server, "bad");
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task StreamSignals_WhenAMessageIsBad_AnswersThoseBeforeItFirst(string fault)
    {
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled);
        var good = Enumerable.Range(1, 3).Select(batch => RawCall.Frame(
            new StreamSignalsRequest { Batch = (ulong)batch, Signals = { BadSignalTests.Good($"good-{batch}") } }.ToByteArray()));
        var bad = Spoil(fault, new StreamSignalsRequest { Batch = 4, Signals = { Signals(fault) } });

        var (messages, status) = await RawCall.SendAsync(server.Grpc, Stream, [.. good, bad], Cancelled);

        Assert.Equal([(1ul, 1u), (2ul, 1u), (3ul, 1u)], messages.Parse(StreamSignalsResponse.Parser).Select(answer => (answer.Batch, answer.Recorded)));
        Assert.Equal((int)StatusCode.InvalidArgument, status);
        await NobodyIsKnownAsync(server, "bad");
    }

    private static IEnumerable<Signal> Signals(string fault) =>
        Enumerable.Range(0, fault == "too many signals" ? TooMany : 2).Select(i => new Signal { Id = $"{i}", Type = "demo_requested", ContactId = "bad" });

    private static byte[] Spoil(string fault, IMessage request) => fault switch
    {
        // A field whose length reaches beyond the message's end.
        "unparsable bytes" => RawCall.Frame([.. request.ToByteArray(), 0x12, 0x7F, 0x01]),
        "a cut-off frame" => RawCall.Frame(request.ToByteArray(), missing: 7),
        _ => RawCall.Frame(request.ToByteArray()),
    };

    private static async Task NobodyIsKnownAsync(ServerProcess server, string contactId)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(
            async () => await server.Contacts.GetContactAsync(new GetContactRequest { ContactId = contactId }, cancellationToken: Cancelled));
        Assert.Equal(StatusCode.NotFound, fault.StatusCode);
    }
}
