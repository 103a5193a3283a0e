namespace LeadGrains.Gateway.Access;

/// <summary>Says of an endpoint that everybody may ask it, with or without a key.</summary>
public sealed record PublicRoute;
