namespace LeadGrains.Gateway.Collect;

/// <summary>What bodies look like.</summary>
internal enum CollectForm
{
    /// <summary>Segment's and RudderStack's.</summary>
    Segment,

    /// <summary>The same, but for what it knows of people.</summary>
    Jitsu,

    /// <summary>CloudEvents 1.0.</summary>
    CloudEvents,
}

/// <summary>A path that an SDK sends to.</summary>
/// <param name="Path">The path.</param>
/// <param name="Form">What is sent there.</param>
/// <param name="Type">The type of a message that does not say it; null where each has to.</param>
internal sealed record CollectRoute(string Path, CollectForm Form, string? Type = null)
{
    private static readonly (string Short, string Type)[] Types =
        [("p", "page"), ("t", "track"), ("i", "identify"), ("g", "group"), ("s", "screen"), ("a", "alias")];

    /// <summary>All of them.</summary>
    public static IEnumerable<CollectRoute> All { get; } =
    [
        new("/v1/batch", CollectForm.Segment),
        new("/v1/b", CollectForm.Segment),
        new("/v1/import", CollectForm.Segment),
        .. Types.Select(one => new CollectRoute($"/v1/{one.Short}", CollectForm.Segment, one.Type)),
        .. Types.Select(one => new CollectRoute($"/v1/{one.Type}", CollectForm.Segment, one.Type)),
        .. Types.Select(one => new CollectRoute($"/api/s/{one.Type}", CollectForm.Jitsu, one.Type)),
        .. Types.Select(one => new CollectRoute($"/api/s/s2s/{one.Type}", CollectForm.Jitsu, one.Type)),
        new("/v1/cloudevents", CollectForm.CloudEvents),
    ];
}
