namespace LeadGrains.EndToEnd.Tests.Crash;

/// <summary>A kind of signal and what Models/endtoend.yaml gives for it, by this test's own reading.</summary>
internal sealed record SignalKind(string Type, string Url, params (double Points, double HalfLifeDays)[] Worth)
{
    public static IReadOnlyList<SignalKind> All { get; } =
    [
        new("page_viewed", "https://example.com/blog", (1, 7)),
        new("page_viewed", "https://example.com/Pricing", (1, 7), (10, 21)),
        new("demo_requested", "", (25, 21)),
        new("email_unsubscribed", "", (-3, 90)),
        new("unheard_of", ""),
    ];

    public bool Engages => Worth.Any(worth => worth.Points > 0);
}
