namespace LeadGrains.Gateway.Access;

/// <summary>A key that is to be made.</summary>
public sealed record NewKey
{
    /// <summary>The most letters of a workspace's name.</summary>
    public const int WorkspaceLetters = 64;

    /// <summary>The most letters of a key's name.</summary>
    public const int NameLetters = 128;

    /// <summary>Whose data it sees: 1 to 64 of a-z, 0-9 and -.</summary>
    public required string Workspace { get; init; }

    /// <summary>For people: who uses it, 1 to 128 letters.</summary>
    public required string Name { get; init; }

    /// <summary>What it is good for; at least one.</summary>
    public required KeyScopes Scopes { get; init; }

    /// <summary>How long it is in force; null for ever.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>The origins of pages that may use it, which have it in their text; such a key may only ingest.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>Signals, and upserts, a second; twice as many at once after a pause. 0 for no limit.</summary>
    public uint SignalsPerSecond { get; init; }

    /// <summary>Questions a second; twice as many at once after a pause. 0 for no limit.</summary>
    public uint QueriesPerSecond { get; init; }

    /// <summary>What is wrong with it, for people; null where it is right.</summary>
    public string? Fault => this switch
    {
        _ when !IsWorkspace(Workspace) => $"A workspace has 1 to {WorkspaceLetters} of a-z, 0-9 and '-', unlike '{Workspace}'.",
        { Name.Length: 0 or > NameLetters } => $"A key's name has 1 to {NameLetters} letters.",
        _ when Name.Any(char.IsControl) => "A key's name has no control characters.",
        { Scopes: KeyScopes.None } => "A key needs at least one scope: ingest, read, model or admin.",
        { Origins.Count: > 0, Scopes: not KeyScopes.Ingest } => "A page shows its key to everybody, so a key with origins has the scope ingest alone.",
        _ => null,
    };

    /// <summary>Whether a workspace may have this name.</summary>
    public static bool IsWorkspace(string name) => name.Length is > 0 and <= WorkspaceLetters
        && name.All(letter => letter is '-' or (>= 'a' and <= 'z') or (>= '0' and <= '9'));
}
