using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Publishing;

/// <summary>
/// Two models that differ in what a page view and a demo give, so that points tell which of them counted how many
/// signals: nothing is capped, and all signals happened at one instant.
/// </summary>
internal sealed record PublishedModel(uint Version, double ViewPoints, double DemoPoints)
{
    public static readonly PublishedModel First = new(1, 1, 10);
    public static readonly PublishedModel Second = new(2, 3, 60);

    private static readonly TimeSpan HalfLife = TimeSpan.FromDays(30), Ahead = TimeSpan.FromHours(1);

    public static DateTimeOffset HappenedAt { get; } = DateTimeOffset.UtcNow.AddMinutes(-1);

    /// <summary>The instant that scores are compared at: ahead of all that the tests do.</summary>
    public static Timestamp ComparedAt => (HappenedAt + Ahead).ToTimestamp();

    public string Yaml => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        name: model-{{Version}}
        total: {fit: 0, intent: 1}
        intent: {half_point: 60}
        groups: {web: {half_life: 30d} }
        rules:
          - {name: view, label: Viewed a page, signal: page_viewed, group: web, points: {{ViewPoints}} }
          - {name: demo, label: Asked for a demo, signal: demo_requested, group: web, points: {{DemoPoints}} }
          - {name: quote, label: Asked for a quote, signal: quote_requested, group: web, points: 70}
        stages:
          contact: [{name: nurture}, {name: hot, total: {enter: 40, leave: 30} }]
          account: [{name: aware}]
        """);

    public double PointsOfViews(ulong views) => views * ViewPoints * Math.Pow(2, -(Ahead / HalfLife));

    /// <summary>Starts a new server with this model.</summary>
    public async Task<ServerProcess> ServeAsync(TempFolder data, CancellationToken cancellationToken)
    {
        var file = Path.Combine(data.Path, "model.yaml");
        await File.WriteAllTextAsync(file, Yaml, cancellationToken);
        return await ServerProcess.StartAsync(Path.Combine(data.Path, "data"), file, cancellationToken);
    }

    /// <summary>Publishes it and gives the last answer.</summary>
    public async Task<PublishModelResponse> PublishAsync(ServerProcess server, CancellationToken cancellationToken, bool silent = false)
    {
        using var call = server.Models.PublishModel(new PublishModelRequest { Yaml = Yaml, Silent = silent }, cancellationToken: cancellationToken);
        var last = new PublishModelResponse();
        await foreach (var answer in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            last = answer;
        }

        Assert.Equal(Version, last.Model.Version);
        return last;
    }

    public static Signal Signal(string id, string type, string contact) =>
        new() { Id = id, Type = type, ContactId = contact, AccountId = "acme", OccurredAt = HappenedAt.ToTimestamp() };
}
