namespace LeadGrains.Grains;

/// <summary>The address of a grain. Ids are case-sensitive and compare as bytes.</summary>
public readonly record struct GrainKey(string Workspace, GrainKind Kind, string Id);
