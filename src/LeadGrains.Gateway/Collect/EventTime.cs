using System.Text.Json;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Collect;

/// <summary>
/// When a message of an SDK happened. Clocks of senders are wrong by minutes and more; then what they stamped is moved by as
/// much as the instant at which they say to have sent it differs from that of receiving it.
/// </summary>
/// <param name="ReceivedAt">Never is anything later.</param>
/// <param name="SentAt">What the envelope says; null where it says nothing.</param>
internal readonly record struct EventTime(Instant ReceivedAt, Instant? SentAt)
{
    // What is sent again may still say when it was sent first, some seconds ago: that is no wrong clock.
    private static readonly TimeSpan WrongClock = TimeSpan.FromMinutes(2);

    /// <summary>Null where the message does not say.</summary>
    public Instant? Of(JsonElement message)
    {
        var given = message.Time("timestamp");
        var stamped = message.Time("originalTimestamp");
        if ((given ?? stamped) is not { } at)
            return null;

        // Who stamps both has the one from the caller, and by no clock of the SDK's.
        var isCallers = given is not null && stamped is not null;
        if (!isCallers && (message.Time("sentAt") ?? SentAt) is { } sent && (ReceivedAt - sent).Duration() >= WrongClock)
            at += ReceivedAt - sent;
        return Instant.Earlier(at, ReceivedAt);
    }
}
