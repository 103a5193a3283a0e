using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.Grains.Signals;
using LeadGrains.Testing;
using LeadGrains.V1;
using ApiAckLevel = LeadGrains.V1.AckLevel;

namespace LeadGrains.Grains.Tests.Node;

/// <summary>Sends signals to a node as the gateway does.</summary>
internal static class TestSignals
{
    public static Signal Of(
        string id, string contact, string type, DateTimeOffset at, string account = "", string email = "", string source = "",
        IReadOnlyDictionary<string, string>? attributes = null)
    {
        var signal = new Signal
        {
            Id = id,
            ContactId = contact,
            Type = type,
            OccurredAt = Timestamp.FromDateTimeOffset(at),
            AccountId = account,
            Email = email,
            Source = source,
        };
        foreach (var (name, value) in attributes ?? new Dictionary<string, string>())
            signal.Attributes.Add(name, value);
        return signal;
    }

    public static SignalBatch Batch(TestNode node, bool ranked, params IEnumerable<Signal> signals) => Batch(node.Client, ranked, signals);

    public static Task<RecordOutcome> SendAsync(this TestNode node, params IEnumerable<Signal> signals) => node.Client.SendAsync(signals);

    public static Task<RecordOutcome> SendAsync(this GrainClient client, params IEnumerable<Signal> signals) =>
        client.RecordAsync(Batch(client, ranked: true, signals), TestContext.Current.CancellationToken);

    public static Task<RecordOutcome> SendToAsync(this TestNode node, string workspace, params IEnumerable<Signal> signals) =>
        node.Client.RecordAsync(Batch(node.Client, ranked: true, signals, workspace), TestContext.Current.CancellationToken);

    private static SignalBatch Batch(GrainClient client, bool ranked, IEnumerable<Signal> signals, string workspace = Workspaces.Default)
    {
        var request = new RecordSignalsRequest { AckLevel = ranked ? ApiAckLevel.Ranked : ApiAckLevel.Recorded };
        request.Signals.AddRange(signals);
        var batch = SignalBatch.Read(new ReadOnlySequence<byte>(request.ToByteArray()), SignalMessage.RecordRequest);
        batch.Validate(client.Now(), workspace, client.PartitionCount);
        return batch;
    }
}
