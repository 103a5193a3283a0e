namespace LeadGrains.Grains.Merges;

/// <summary>A merge that somebody asks for.</summary>
/// <param name="Workspace">Whose contacts.</param>
/// <param name="From">The contact that goes.</param>
/// <param name="Into">The contact that stays.</param>
/// <param name="StrangersOnly">It is refused where <paramref name="From"/> names a person or leads to another contact.</param>
internal sealed record MergeAsked(string Workspace, string From, string Into, bool StrangersOnly);
