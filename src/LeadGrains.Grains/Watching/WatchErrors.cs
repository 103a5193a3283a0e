namespace LeadGrains.Grains.Watching;

/// <summary>A resume token is not one of this store's.</summary>
public sealed class ResumeTokenException()
    : GrainException("The resume token is damaged, or another store's. Use one as it was returned, or begin without it.");

/// <summary>As many watch already as the server allows.</summary>
public sealed class TooManyWatchersException()
    : GrainException(FormattableString.Invariant($"As many streams watch already as may: {Limits.WatchersOfWorkspace:N0} of a workspace, {Limits.Watchers:N0} of all. Try again when others have ended."))
{
    /// <inheritdoc/>
    public override TimeSpan? RetryAfter => TimeSpan.FromSeconds(30);
}
