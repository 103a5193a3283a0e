using System.Text;
using LeadGrains.Scoring;

namespace LeadGrains.EndToEnd.Tests.Models;

/// <summary>Worked examples over the deployed model of journeys, each with its numbers done by hand.</summary>
public sealed class JourneyModelTests
{
    private static readonly ScoringModel Model =
        ModelReader.Read(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "deploy", "models", "journeys.yaml"))).Model!;

    private readonly IntentState _state = new();

    [Fact]
    public void PricingReturn_OfThreeVisitsInAWeek_GivesItsPointsOnce()
    {
        // Days 0, 3 and 6, 8 points each, half-life 14 days: on day 6 they are 8 · 2^(-6/14) + 8 · 2^(-3/14) + 8 =
        // 5.9440 + 6.8958 + 8 = 20.8398, and the third brings 15.
        Send(0, "page_viewed", ("url", "/pricing"));
        Send(3, "page_viewed", ("url", "/pricing"));
        Assert.Equal(0, PartAt(3, "pricing_return"));
        Send(6, "page_viewed", ("url", "/pricing"));
        Assert.Equal(15, PartAt(6, "pricing_return"), 1e-12);
        Assert.Equal(35.8398, PointsAt(6), 1e-4);
    }

    [Fact]
    public void PricingReturn_WhenTheFirstVisitArrivesLast_IsTheSame()
    {
        Send(3, "page_viewed", ("url", "/pricing"));
        Send(6, "page_viewed", ("url", "/pricing"));
        Send(0, "page_viewed", ("url", "/pricing"));
        Assert.Equal(15, PartAt(6, "pricing_return"), 1e-12);
        Assert.Equal(35.8398, PointsAt(6), 1e-4);
    }

    [Fact]
    public void CaseStudy_AfterASolutionPage_GivesPointsByTheChannelOfTheCaseStudy()
    {
        // 12 · 1.25 at the case study, half of it 14 days later. The other order gives nothing.
        Send(0, "case_study_downloaded");
        Send(5, "solution_viewed", ("channel", "social"));
        Assert.Equal(0, PointsAt(5));
        Send(20, "case_study_downloaded", ("channel", "paid_search"));
        Assert.Equal(15, PointsAt(20), 1e-12);
        Assert.Equal(7.5, PointsAt(34), 1e-12);
    }

    [Fact]
    public void Blog_WhenReadAgainAndAgain_IsWorthLessEachTime()
    {
        // 2 + 1 + 0.5 + 0.25 on one day; 8 days later 2 again, and of the 3.75 are 3.75 · 2^(-8/30) = 3.1171 left.
        for (var i = 0; i < 4; i++)
            Send(0, "page_viewed", ("url", "/blog/post"));
        Assert.Equal(3.75, PointsAt(0), 1e-12);
        Send(8, "page_viewed", ("url", "/blog/post"));
        Assert.Equal(5.1171, PointsAt(8), 1e-4);
    }

    [Fact]
    public void Webinar_AttendedByHalf_ThenADemo_AddsUp()
    {
        // Registered 4, 30 of 60 minutes 9; a week later both are 13 · 2^(-7/30) = 11.0587, and the demo brings 70 and,
        // after a webinar, 20, whatever channel it came through.
        Send(0, "webinar_registered");
        Send(0, "webinar_attended", ("minutes", "30"));
        Send(7, "demo_requested", ("channel", "social"));
        Assert.Equal(101.0587, PointsAt(7), 1e-4);
    }

    [Fact]
    public void Webinar_NotAttended_KeepsTheRegistration()
    {
        // The registration of day 0 is worth 4 · 2^-1 after 30 days.
        Send(0, "webinar_registered");
        Send(0, "webinar_no_show");
        Assert.Equal(4, PointsAt(0));
        Assert.Equal(2, PointsAt(30), 1e-12);
        Assert.Contains(ContactExplanation.Of(Model, new Dictionary<string, TraitValue>(), _state, At(0)), part => part is { Rule: "no_show", Count: 1, Points: 0 });
    }

    [Fact]
    public void Reply_WithinADay_IsWorthTwoThirdsOfAnImmediateOne()
    {
        // (24 - 72) / (0 - 72) = 2/3 of 10.
        Send(0, "email_replied", ("hours", "24"));
        Assert.Equal(6.6667, PointsAt(0), 1e-4);
    }

    [Fact]
    public void Clicks_OnOneAsset_CountOnce()
    {
        Send(0, "email_clicked", ("asset", "guide"));
        Send(0, "email_clicked", ("asset", "GUIDE"));
        Send(0, "email_clicked", ("asset", "report"));
        Assert.Equal(6, PointsAt(0), 1e-12);
    }

    private static Instant At(double day) => Instant.Epoch + TimeSpan.FromDays(20_000 + day);

    private void Send(double day, string type, params (string Name, string Value)[] attributes) =>
        _state.Apply(Model, Encoding.UTF8.GetBytes(type), At(day), new Attributes(attributes));

    private double PointsAt(double day) => _state.PointsAt(Model, At(day));

    private double PartAt(double day, string rule) =>
        ContactExplanation.Of(Model, new Dictionary<string, TraitValue>(), _state, At(day)).Where(part => part.Rule == rule).Sum(part => part.Points);

    private sealed class Attributes((string Name, string Value)[] attributes) : IAttributes
    {
        public bool TryGet(ReadOnlySpan<byte> nameUtf8, out ReadOnlySpan<byte> valueUtf8)
        {
            foreach (var (name, value) in attributes)
            {
                if (!nameUtf8.SequenceEqual(Encoding.UTF8.GetBytes(name)))
                    continue;
                valueUtf8 = Encoding.UTF8.GetBytes(value);
                return true;
            }

            valueUtf8 = default;
            return false;
        }
    }
}
