namespace LeadGrains.Grains.Rollup;

/// <summary>An account that a contact has left, until it acknowledges the empty contribution of that version.</summary>
internal readonly record struct FormerAccount(int AccountRef, long Version);
