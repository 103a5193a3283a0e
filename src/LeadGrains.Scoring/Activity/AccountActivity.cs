namespace LeadGrains.Scoring;

/// <summary>When an account last woke up, from the activity of those that it is made of.</summary>
public static class AccountActivity
{
    /// <summary>
    /// The signal that ended the account's last time without any, and the newest signal before that time. Null where
    /// there was none, and where what the parts still know does not show that nothing lay between the two.
    /// </summary>
    /// <param name="parts">Runs of the contacts and of the account's own signals, each with its newest signal. Sorted in place.</param>
    /// <param name="dormantAfter">The model's bound.</param>
    public static ActivityRun? WakeUp(Span<(ActivityRun Run, Instant Last)> parts, TimeSpan dormantAfter)
    {
        if (parts.IsEmpty)
            return null;
        parts.Sort(static (left, right) => right.Last.CompareTo(left.Last));
        var began = parts[0].Run.BeganAt;
        var joined = 1;
        while (joined < parts.Length && began - parts[joined].Last < dormantAfter)
            began = Instant.Earlier(began, parts[joined++].Run.BeganAt);

        var since = joined < parts.Length ? parts[joined].Last : Instant.Min;
        foreach (var (run, _) in parts[..joined])
            since = Instant.Later(since, run.DormantSince);
        return since == Instant.Min || began == Instant.Min || began - since < dormantAfter ? null : new ActivityRun(began, since);
    }
}
