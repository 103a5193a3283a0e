namespace LeadGrains.Scoring;

/// <summary>The groups in which a grain has points, ordered by their place in the model.</summary>
internal struct GroupIntents
{
    private GroupIntent[]? _items;
    private int _length;
    private GroupSet _changed;

    public GroupIntents(ReadOnlySpan<GroupIntent> items)
    {
        _items = items.IsEmpty ? null : items.ToArray();
        _length = items.Length;
        _changed = GroupSet.All;
    }

    public readonly ReadOnlySpan<GroupIntent> Items => _items.AsSpan(0, _length);

    /// <summary>The groups that may have changed since this was asked last.</summary>
    public GroupSet TakeChanged()
    {
        var changed = _changed;
        _changed = default;
        return changed;
    }

    /// <summary>The group's entry, to be changed; a new one has no points and stands at <paramref name="at"/>.</summary>
    public ref GroupIntent Of(int group, Instant at)
    {
        _changed = _changed.With(group);
        var i = 0;
        while (i < _length && _items![i].Group < group)
            i++;
        if (i == _length || _items![i].Group != group)
            SortedArray.Insert(ref _items, ref _length, i, new GroupIntent(group, at, 0, 0));
        return ref _items![i];
    }
}
