using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Calls;

/// <summary>What the gateway counts, under the meter "leadgrains.gateway".</summary>
internal sealed class GatewayMeters
{
    /// <summary>The meter's name.</summary>
    public const string Name = "leadgrains.gateway";

    private static readonly FrozenDictionary<RejectionReason, string> Reasons =
        Enum.GetValues<RejectionReason>().ToFrozenDictionary(reason => reason, ReasonName);

    private readonly Counter<long> _recorded;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _rejected;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _duration;
    private readonly UpDownCounter<int> _streams;
    private readonly Counter<long> _failedStreams;

    public GatewayMeters(IMeterFactory factory)
    {
        var meter = factory.Create(Name);
        _recorded = meter.CreateCounter<long>("leadgrains.gateway.signals.recorded", "{signal}", "Signals newly recorded.");
        _duplicates = meter.CreateCounter<long>("leadgrains.gateway.signals.duplicates", "{signal}", "Signals that had been recorded before.");
        _rejected = meter.CreateCounter<long>("leadgrains.gateway.rejected", "{item}", "Signals and upserted items that were rejected, by reason.");
        _batchSize = meter.CreateHistogram<int>("leadgrains.gateway.batch.size", "{signal}", "Signals of one batch.");
        _duration = meter.CreateHistogram<double>("leadgrains.gateway.request.duration", "s", "From the request read to its answer ready, by method and status; a stream's batches one by one.");
        _streams = meter.CreateUpDownCounter<int>("leadgrains.gateway.streams", "{stream}", "Streams open now.");
        _failedStreams = meter.CreateCounter<long>("leadgrains.gateway.streams.failed", "{stream}", "Streams that ended with a fault, by method and status.");
    }

    public void BatchRead(int size) => _batchSize.Record(size);

    public void Recorded(uint recorded, uint duplicates)
    {
        _recorded.Add(recorded);
        if (duplicates > 0)
            _duplicates.Add(duplicates);
    }

    public void Rejected(IReadOnlyList<Rejection> rejections)
    {
        foreach (var rejection in rejections)
            _rejected.Add(1, new KeyValuePair<string, object?>("reason", Reasons[rejection.Reason]));
    }

    public void Answered(string method, StatusCode status, TimeSpan elapsed) => _duration.Record(
        elapsed.TotalSeconds,
        new TagList { { "rpc.method", method }, { "rpc.grpc.status_code", (int)status } });

    public void StreamOpened(string method) => _streams.Add(1, new KeyValuePair<string, object?>("rpc.method", method));

    public void StreamClosed(string method) => _streams.Add(-1, new KeyValuePair<string, object?>("rpc.method", method));

    public void StreamFailed(string method, StatusCode status) => _failedStreams.Add(
        1, new TagList { { "rpc.method", method }, { "rpc.grpc.status_code", (int)status } });

    private static string ReasonName(RejectionReason reason) => reason switch
    {
        RejectionReason.MissingField => "missing_field",
        RejectionReason.TooLong => "too_long",
        RejectionReason.InvalidValue => "invalid_value",
        RejectionReason.InTheFuture => "in_the_future",
        RejectionReason.TooOld => "too_old",
        RejectionReason.Erased => "erased",
        _ => throw new UnreachableException($"A reason without a name: {reason}."),
    };
}
