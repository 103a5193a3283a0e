namespace LeadGrains.Grains.Ranking;

/// <summary>
/// The order of every ranking: key descending, then intent points descending, then id ascending by the bytes of its
/// UTF-8. Keys and points are never NaN. A negative result puts the left row first.
/// </summary>
internal static class RankOrder
{
    /// <summary>Compares two rows whose ids are at hand in UTF-8.</summary>
    public static int Compare(
        double key, double points, ReadOnlySpan<byte> id, double otherKey, double otherPoints, ReadOnlySpan<byte> otherId)
    {
        var byFigures = Compare(key, points, otherKey, otherPoints);
        return byFigures != 0 ? byFigures : id.SequenceCompareTo(otherId);
    }

    /// <summary>Compares two rows but for their ids.</summary>
    public static int Compare(double key, double points, double otherKey, double otherPoints)
    {
        var byKey = otherKey.CompareTo(key);
        return byKey != 0 ? byKey : otherPoints.CompareTo(points);
    }

    /// <summary>Compares two rows.</summary>
    public static int Compare(in RankCursor left, in RankCursor right)
    {
        var byFigures = Compare(left.Key, left.IntentPoints, right.Key, right.IntentPoints);
        return byFigures != 0 ? byFigures : CompareIds(left.Id, right.Id);
    }

    // UTF-16 orders the characters beyond U+FFFF before U+E000 to U+FFFF, UTF-8 after them.
    private static int CompareIds(string left, string right)
    {
        var same = left.AsSpan().CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
            return left.Length.CompareTo(right.Length);
        return InUtf8(left[same]).CompareTo(InUtf8(right[same]));
    }

    private static int InUtf8(char unit) => char.IsSurrogate(unit) ? unit + char.MaxValue : unit;
}
