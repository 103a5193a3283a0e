namespace LeadGrains.Scoring;

/// <summary>The groups in which a grain has points, ordered by their place in the model.</summary>
internal struct GroupIntents
{
    private GroupIntent[]? _items;
    private int _length;

    public GroupIntents(ReadOnlySpan<GroupIntent> items)
    {
        _items = items.IsEmpty ? null : items.ToArray();
        _length = items.Length;
    }

    public readonly ReadOnlySpan<GroupIntent> Items => _items.AsSpan(0, _length);

    /// <summary>The group's entry; a new one has no points and stands at <paramref name="at"/>.</summary>
    public ref GroupIntent Of(int group, Instant at)
    {
        var i = 0;
        while (i < _length && _items![i].Group < group)
            i++;
        if (i == _length || _items![i].Group != group)
            SortedArray.Insert(ref _items, ref _length, i, new GroupIntent(group, at, 0, 0));
        return ref _items![i];
    }
}
