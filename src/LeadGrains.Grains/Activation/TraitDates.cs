using LeadGrains.Scoring;

namespace LeadGrains.Grains.Activation;

/// <summary>
/// When a grain's traits were told, and when those that are gone were taken away, so that of two upserts the newer counts in
/// whatever order they come. What is not known to have been told at all counts as told at <see cref="Instant.Epoch"/>.
/// </summary>
/// <remarks>Most upserts name all traits that a grain has: these share one instant, and only others have their own.</remarks>
internal sealed class TraitDates
{
    private Instant _common;
    private Dictionary<string, Instant>? _own;
    private Dictionary<string, Instant>? _gaps;

    /// <summary>Traits that were taken away, and when, by name, ordinal.</summary>
    public IEnumerable<KeyValuePair<string, Instant>> Gaps =>
        _gaps is null ? [] : _gaps.OrderBy(gap => gap.Key, StringComparer.Ordinal);

    /// <summary>When a trait was told, or taken away where it is not held.</summary>
    public Instant Of(string name, bool isHeld)
    {
        if (isHeld)
            return _own is not null && _own.TryGetValue(name, out var own) ? own : _common;
        return _gaps is not null && _gaps.TryGetValue(name, out var gap) ? gap : Instant.Epoch;
    }

    /// <summary>A trait is about to be set.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="at">When it was told.</param>
    /// <param name="held">How many the grain has so far.</param>
    public void Set(string name, Instant at, int held)
    {
        if (held == 0)
            _common = at;
        _gaps?.Remove(name);
        if (at == _common)
            _own?.Remove(name);
        else
            (_own ??= new Dictionary<string, Instant>(StringComparer.Ordinal))[name] = at;
    }

    /// <summary>A trait is taken away, whether it was there or not.</summary>
    public void Remove(string name, Instant at)
    {
        _own?.Remove(name);
        (_gaps ??= new Dictionary<string, Instant>(StringComparer.Ordinal))[name] = at;
    }

    /// <summary>
    /// After changes: a common instant that no trait has any more gives way, and of traits that are gone the oldest are
    /// forgotten where they and those that are held are more than <see cref="Limits.TraitsPerGrain"/>.
    /// </summary>
    /// <param name="held">How many traits the grain has.</param>
    public void Settle(int held)
    {
        if (_own is { Count: > 0 } own && own.Count == held)
        {
            _common = own.Values.Max();
            foreach (var (name, _) in own.Where(one => one.Value == _common).ToList())
                own.Remove(name);
        }

        while (_gaps is { Count: > 0 } gaps && gaps.Count + held > Limits.TraitsPerGrain)
            gaps.Remove(gaps.OrderBy(gap => gap.Value).ThenBy(gap => gap.Key, StringComparer.Ordinal).First().Key);
    }
}
