namespace LeadGrains.Cluster.Peers;

/// <summary>How much nodes let be under way between them, and for how long.</summary>
public sealed record PeerOptions
{
    /// <summary>Signals and items on their way to one node. Beyond it callers are refused or held back, as by a full queue.</summary>
    public int Capacity { get; init; } = 100_000;

    /// <summary>Requests of one node that another one has begun and not answered. Beyond it further ones are refused.</summary>
    public int OpenRequests { get; init; } = 200_000;

    /// <summary>A request without an answer for so long fails.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may take.</summary>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The other node is asked for a sign of life after so much silence; without one for as long the link breaks.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The pause before a broken link connects again; each further one is twice as long...</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>... up to this one.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Told, in a sentence for people, when a link has broken or could not be made, once until it is up again. On any thread.</summary>
    public Action<string> Tell { get; init; } = static _ => { };
}
