using Google.Protobuf.WellKnownTypes;
using LeadGrains.Gateway.Values;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Models;

/// <summary>What a model was not scored by, since retention has removed it.</summary>
/// <param name="Since">Signals that were received before are gone; null where none ever were removed.</param>
/// <param name="Loss">What they would still count under the model at most; empty where that is next to nothing.</param>
internal readonly record struct RemovedSignals(Timestamp? Since, string Loss)
{
    /// <param name="kept">Signals that were received before are gone; null where none ever were removed.</param>
    /// <param name="model">The model; null where it is not there any more.</param>
    /// <param name="now">The time.</param>
    public static RemovedSignals Of(Instant? kept, ScoringModel? model, Instant now) => kept is { } since
        ? new RemovedSignals(Timestamps.Write(since), model is null ? "" : RescoreLoss.Of(model, now - since)?.Describe(model) ?? "")
        : new RemovedSignals(null, "");
}
