namespace LeadGrains.Scoring;

/// <summary>What a grain's windowed rules keep, ordered by the rules' places in the model.</summary>
internal struct WindowStates
{
    private WindowState[]? _items;
    private int _length;

    public WindowStates(ReadOnlySpan<WindowState> items)
    {
        _items = items.IsEmpty ? null : items.ToArray();
        _length = items.Length;
    }

    public readonly ReadOnlySpan<WindowState> Items => _items.AsSpan(0, _length);

    /// <summary>The rule's; a new one is empty.</summary>
    public WindowState Of(int rule)
    {
        var i = 0;
        while (i < _length && _items![i].Rule < rule)
            i++;
        if (i == _length || _items![i].Rule != rule)
            SortedArray.Insert(ref _items, ref _length, i, new WindowState(rule));
        return _items![i];
    }
}
