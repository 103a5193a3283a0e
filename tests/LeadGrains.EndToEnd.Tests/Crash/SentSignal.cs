using Google.Protobuf.WellKnownTypes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Crash;

/// <summary>A signal as the test remembers it. Without a person it is about the company as a whole.</summary>
internal sealed record SentSignal(string Id, Person? Who, string Company, SignalKind Kind, DateTimeOffset OccurredAt)
{
    public Signal ToSignal()
    {
        var signal = new Signal
        {
            Id = Id,
            Source = "crash",
            Type = Kind.Type,
            ContactId = Who?.Id ?? "",
            AccountId = Who is null ? Company : "",
            Email = Who?.Email ?? "",
            OccurredAt = Timestamp.FromDateTimeOffset(OccurredAt),
        };
        if (Kind.Url.Length > 0)
        {
            signal.Attributes["url"] = Kind.Url;
        }

        return signal;
    }
}
