using System.Globalization;

namespace LeadGrains.Storage.Copying;

/// <summary>The first differences between two stores, in words. Used by several threads.</summary>
internal sealed class Differences
{
    // Enough to see what kind it is.
    private const int Most = 10;

    private readonly Lock _gate = new();
    private readonly List<string> _found = [];

    public IReadOnlyList<string> Found
    {
        get
        {
            lock (_gate)
                return [.. _found];
        }
    }

    /// <summary>Nobody needs more of them.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
                return _found.Count >= Most;
        }
    }

    public void Add(string difference, params object[] values)
    {
        lock (_gate)
        {
            if (_found.Count < Most)
                _found.Add(string.Format(CultureInfo.InvariantCulture, difference, values));
        }
    }
}
