namespace LeadGrains.Gateway.Access;

/// <summary>A key that there is, without its secret, which nobody knows but who has it.</summary>
/// <param name="Id">The part of the key between the underscores.</param>
/// <param name="Workspace">Whose data it sees.</param>
/// <param name="Name">For people.</param>
/// <param name="Scopes">What it is good for.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="LastUsedAt">To a minute; null where it was not used yet.</param>
/// <param name="ExpiresAt">Null for never.</param>
/// <param name="RevokedAt">Null where it is not.</param>
/// <param name="Origins">Of pages that may use it.</param>
/// <param name="SignalsPerSecond">0 for no limit.</param>
/// <param name="QueriesPerSecond">0 for no limit.</param>
public sealed record KeyListing(
    string Id, string Workspace, string Name, KeyScopes Scopes, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt, IReadOnlyList<string> Origins, uint SignalsPerSecond, uint QueriesPerSecond)
{
    /// <summary>Whether its record can be read. One that cannot lets nobody in, and nothing of it is known but its id.</summary>
    public bool IsReadable { get; init; } = true;
}
