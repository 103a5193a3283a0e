namespace LeadGrains.Host.Loading.Verification;

/// <summary>
/// One grain's signals by rule and UTC day, for daily limits. The 64 newest are kept, by day and then by rule; a count
/// older than these starts at 0 each time.
/// </summary>
internal sealed class PlainDayCounts
{
    private const int Kept = 64;
    private readonly SortedList<(int Day, int Rule), uint> _counts = [];

    public void Clear() => _counts.Clear();

    /// <summary>Counts one less of those that are kept.</summary>
    public void Uncount(int rule, int day)
    {
        if (_counts.TryGetValue((day, rule), out var count))
        {
            _counts[(day, rule)] = count - 1;
        }

        if (count == 1)
        {
            _counts.Remove((day, rule));
        }
    }

    /// <summary>Counts one more, unless as many as the limit were counted.</summary>
    public bool TryCount(int rule, int day, uint limit)
    {
        var key = (day, rule);
        var before = _counts.GetValueOrDefault(key);
        if (before >= limit)
        {
            return false;
        }

        _counts[key] = before + 1;
        if (_counts.Count > Kept)
        {
            _counts.RemoveAt(0);
        }

        return true;
    }
}
