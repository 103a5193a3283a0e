using Google.Protobuf.Collections;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Values;

/// <summary>Rejections on the wire.</summary>
internal static class RejectionMessages
{
    /// <summary>Adds them in the order of their index.</summary>
    public static void AddTo(RepeatedField<V1.Rejection> message, IReadOnlyList<Rejection> rejections)
    {
        if (rejections.Count == 0)
            return;
        message.Capacity = message.Count + rejections.Count;
        foreach (var rejection in rejections.OrderBy(rejection => rejection.Index))
            message.Add(Write(rejection));
    }

    private static V1.Rejection Write(Rejection rejection) => new()
    {
        Index = (uint)rejection.Index,
        Reason = (V1.RejectionReason)rejection.Reason, // The same numbers; a test holds them together.
        Field = rejection.Field,
        Message = rejection.Message,
    };
}
