namespace LeadGrains.Grains.Rollup;

/// <summary>
/// Tells when all that was listed up to a moment has reached whom it is for, however much is listed after it. What is
/// listed is taken out in order, a delivery at a time; what a delivery did not bring is listed again before it is told here.
/// </summary>
internal sealed class LaneMarks
{
    private readonly List<(long Mark, Action Act)> _waiting = [];
    private long _listed;
    private long _taken;

    /// <summary>One more is listed.</summary>
    public void Listed() => _listed++;

    /// <summary>One was taken out for the next delivery, or needs none.</summary>
    public void Taken() => _taken++;

    /// <summary>Acts once all that is listed now has arrived.</summary>
    public void Then(Action act) => _waiting.Add((_listed, act));

    /// <summary>The delivery under way has come back.</summary>
    /// <param name="isWhole">All of it has arrived; else nobody knows which of what was listed has, and all of it is waited for.</param>
    public void Returned(bool isWhole)
    {
        if (_waiting.Count == 0)
            return;
        if (!isWhole)
        {
            for (var i = 0; i < _waiting.Count; i++)
                _waiting[i] = _waiting[i] with { Mark = _listed };
            return;
        }

        var arrived = _waiting.Where(waiting => waiting.Mark <= _taken).Select(waiting => waiting.Act).ToList();
        _waiting.RemoveAll(waiting => waiting.Mark <= _taken);
        foreach (var act in arrived)
            act();
    }
}
