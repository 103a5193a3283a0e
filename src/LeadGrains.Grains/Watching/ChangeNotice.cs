namespace LeadGrains.Grains.Watching;

/// <summary>What a watcher is given.</summary>
/// <param name="Change">Null where only the token has moved on.</param>
/// <param name="ResumeToken">Everything up to here has been given.</param>
public sealed record ChangeNotice(GrainChange? Change, string ResumeToken);
