using System.Text.Json;
using LeadGrains.Gateway.Collect;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Tests.Collect;

public sealed class EventTimeTests
{
    private static readonly DateTimeOffset Received = new(2026, 11, 21, 20, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"timestamp":"2026-11-21T19:59:59Z"}""", "2026-11-21T20:00:00Z", "2026-11-21T19:59:59Z")] // as stamped
    [InlineData("""{"timestamp":"2026-11-21T21:00:00+02:00"}""", null, "2026-11-21T19:00:00Z")] // an offset
    [InlineData("""{"timestamp":"2026-11-21T19:29:50Z"}""", "2026-11-21T19:30:00Z", "2026-11-21T19:59:50Z")] // a clock that is slow
    [InlineData("""{"timestamp":"2026-11-21T22:29:50Z"}""", "2026-11-21T22:30:00Z", "2026-11-21T19:59:50Z")] // a clock that is fast
    [InlineData("""{"timestamp":"2026-11-21T19:59:00Z"}""", "2026-11-21T19:59:05Z", "2026-11-21T19:59:00Z")] // sent again, by an old stamp
    [InlineData("""{"timestamp":"2026-11-19T20:00:00Z","originalTimestamp":"2026-11-21T19:30:00Z","sentAt":"2026-11-21T19:30:00Z"}""", null, "2026-11-19T20:00:00Z")] // a caller's own
    [InlineData("""{"originalTimestamp":"2026-11-21T19:30:00Z","sentAt":"2026-11-21T19:30:01Z"}""", null, "2026-11-21T19:59:59Z")] // the SDK's
    [InlineData("""{"timestamp":"2027-01-01T00:00:00Z"}""", null, "2026-11-21T20:00:00Z")] // ahead
    [InlineData("""{"timestamp":1795291199000}""", null, "2026-11-21T19:59:59Z")] // milliseconds
    [InlineData("""{"timestamp":"tomorrow"}""", null, null)]
    [InlineData("""{}""", "2026-11-21T19:00:00Z", null)]
    public void Of_AMessage_IsWhenItHappened(string message, string? sentAt, string? expected)
    {
        using var json = JsonDocument.Parse(message);
        var time = new EventTime(Instant.FromDateTimeOffset(Received), sentAt is null ? null : JsonFields.TimeOf(sentAt));

        Assert.Equal(expected, time.Of(json.RootElement)?.ToRfc3339());
    }
}
