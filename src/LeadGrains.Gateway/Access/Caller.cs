namespace LeadGrains.Gateway.Access;

/// <summary>Who calls.</summary>
/// <param name="Workspace">Whose data the call sees, and no other.</param>
/// <param name="Name">The name of the key; "local" where there are no keys.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="KeyId">The key; empty where there is none.</param>
public sealed record Caller(string Workspace, string Name, KeyScopes Scopes, string KeyId = "")
{
    /// <summary>Cancelled once the caller may not call any more: streams that are open then end.</summary>
    internal CancellationToken Ended { get; init; }

    /// <summary>Its key stands in pages, for everybody to take and use.</summary>
    internal bool IsPublic { get; init; }

    /// <summary>How much it may send and ask; null for as much as it likes.</summary>
    internal KeyAllowance? Allowance { get; init; }
}
