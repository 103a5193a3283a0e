namespace LeadGrains.Grains.Rollup;

/// <summary>A list of contributions, linked through their records. Slots are stored plus 1, so that a default value is empty.</summary>
internal struct ContributionList
{
    private int _firstAfter;
    private int _lastAfter;

    /// <summary>The first slot; -1 where there is none.</summary>
    public readonly int First => _firstAfter - 1;

    /// <summary>Adds a slot that is in no list at the end.</summary>
    public void Append(ContributionRecords records, int slot)
    {
        ref var link = ref records[slot];
        link.PreviousAfter = _lastAfter;
        link.NextAfter = 0;
        if (_lastAfter == 0)
            _firstAfter = slot + 1;
        else
            records[_lastAfter - 1].NextAfter = slot + 1;
        _lastAfter = slot + 1;
    }

    /// <summary>Takes out a slot of this list.</summary>
    public void Remove(ContributionRecords records, int slot)
    {
        var link = records[slot];
        if (link.PreviousAfter == 0)
            _firstAfter = link.NextAfter;
        else
            records[link.PreviousAfter - 1].NextAfter = link.NextAfter;
        if (link.NextAfter == 0)
            _lastAfter = link.PreviousAfter;
        else
            records[link.NextAfter - 1].PreviousAfter = link.PreviousAfter;
    }
}
