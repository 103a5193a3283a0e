using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.V1;

namespace LeadGrains.Host.Demonstration;

/// <summary>
/// What the made-up people did in the last month, in the order in which it is sent: visits, bursts of interest,
/// webinars with and without them, repeated deliveries and late ones.
/// </summary>
internal sealed class DemoStream
{
    private const int Days = 30;
    private const double DuplicateShare = 0.03;
    private const double LateShare = 0.05;

    private static readonly string[] Pages = ["/", "/blog/scoring", "/product/overview", "/customers/northwind", "/integrations"];
    private static readonly string[] Burst = ["pricing_page_viewed", "comparison_viewed", "calculator_used", "trial_started", "product_used", "meeting_booked", "demo_requested"];

    private readonly Random _random;
    private readonly DateTimeOffset _now;
    private readonly List<(DateTimeOffset SentAt, Signal Signal)> _sent = [];
    private int _ids;

    public DemoStream(DemoPeople people, Random random, DateTimeOffset now)
    {
        _random = random;
        _now = now;
        foreach (var person in people.People)
        {
            Visits(person);
            JobSearch(person);
            Mail(person);
            Webinar(person);
            BurstOfInterest(person);
        }

        foreach (var account in people.Accounts.Where(_ => _random.NextDouble() < 0.3))
        {
            Send(new Signal { Type = "intent_surge", AccountId = account.AccountId, Source = "market" }, Some(Days));
        }

        Signals = [.. _sent.OrderBy(sent => sent.SentAt).Select(sent => sent.Signal)];
    }

    public IReadOnlyList<Signal> Signals { get; }

    /// <summary>Sent twice.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Sent days after they occurred.</summary>
    public int Late { get; private set; }

    private void Visits(DemoPerson person)
    {
        for (var visits = (int)(person.Interest * 12); visits > 0; visits--)
        {
            var at = Some(Days);
            for (var pages = _random.Next(1, 6); pages > 0; pages--)
            {
                var page = Of(person, "page_viewed", "website");
                page.Attributes["url"] = Pages[_random.Next(Pages.Length)];
                Send(page, at += TimeSpan.FromSeconds(_random.Next(5, 90)));
            }
        }
    }

    /// <summary>Some read a lot because they look for a position.</summary>
    private void JobSearch(DemoPerson person)
    {
        if (_random.NextDouble() > 0.05)
        {
            return;
        }

        var page = Of(person, "page_viewed", "website");
        page.Attributes["url"] = "/careers";
        Send(page, Some(Days));
        Send(Of(person, "job_applied", "website"), Some(Days / 3));
    }

    private void Mail(DemoPerson person)
    {
        for (var week = 1; week < Days / 7; week++)
        {
            var at = _now - TimeSpan.FromDays(7 * week) + TimeSpan.FromMinutes(_random.Next(300));
            Send(Of(person, "email_machine_opened", "mail"), at);
            if (_random.NextDouble() < 0.3 * person.Interest)
            {
                Send(Of(person, "email_clicked", "mail"), at + TimeSpan.FromMinutes(3));
            }
        }

        if (_random.NextDouble() < 0.03)
        {
            Send(Of(person, "email_unsubscribed", "mail"), Some(Days));
        }
    }

    /// <summary>Of those who register, a good third does not come.</summary>
    private void Webinar(DemoPerson person)
    {
        if (_random.NextDouble() > 0.35 + (0.2 * person.Interest))
        {
            return;
        }

        var webinar = _now - TimeSpan.FromDays(_random.Next(1, 4) * 7);
        Send(Of(person, "webinar_registered", "webinar"), webinar - TimeSpan.FromDays(3 + (4 * _random.NextDouble())));
        var outcome = _random.NextDouble() switch
        {
            < 0.38 => "webinar_no_show",
            < 0.75 => "webinar_attended",
            < 0.88 => "webinar_partly_attended",
            _ => "webinar_watched_on_demand",
        };
        Send(Of(person, outcome, "webinar"), webinar + TimeSpan.FromHours(outcome == "webinar_watched_on_demand" ? 30 : 1));
    }

    /// <summary>Those about to buy do much within a few days.</summary>
    private void BurstOfInterest(DemoPerson person)
    {
        if (_random.NextDouble() > 0.4 * (person.Interest - 1))
        {
            return;
        }

        var at = _now - TimeSpan.FromDays(1 + (9 * _random.NextDouble()));
        foreach (var type in Burst.Take(_random.Next(2, Burst.Length + 1)))
        {
            Send(Of(person, type, "website"), at);
            at += TimeSpan.FromHours(2 * _random.NextDouble());
        }
    }

    private static Signal Of(DemoPerson person, string type, string source) =>
        new() { Type = type, Source = source, ContactId = person.Traits.ContactId, Email = person.Traits.Email };

    private DateTimeOffset Some(int days) => _now - TimeSpan.FromDays(days * _random.NextDouble());

    private void Send(Signal signal, DateTimeOffset occurredAt)
    {
        var at = occurredAt < _now ? occurredAt : _now;
        signal.Id = string.Create(CultureInfo.InvariantCulture, $"demo-{++_ids}");
        signal.OccurredAt = Timestamp.FromDateTimeOffset(at);
        var sentAt = at;
        if (_random.NextDouble() < LateShare)
        {
            sentAt += TimeSpan.FromDays(1 + (5 * _random.NextDouble()));
            Late++;
        }

        _sent.Add((sentAt, signal));
        if (_random.NextDouble() < DuplicateShare)
        {
            _sent.Add((sentAt + TimeSpan.FromSeconds(30), signal));
            Duplicates++;
        }
    }
}
