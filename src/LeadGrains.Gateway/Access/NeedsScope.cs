namespace LeadGrains.Gateway.Access;

/// <summary>Says of an endpoint that is no gRPC method what it has the <see cref="AccessDoor"/> ask for.</summary>
/// <param name="Scopes">All of these.</param>
public sealed record NeedsScope(KeyScopes Scopes);
