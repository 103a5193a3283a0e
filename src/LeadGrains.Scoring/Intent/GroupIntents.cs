namespace LeadGrains.Scoring;

/// <summary>The groups in which a grain has points, ordered by their place in the model.</summary>
internal struct GroupIntents
{
    private ArenaList<GroupIntent> _items;
    private GroupSet _changed;

    public GroupIntents(ListArena? arena, ReadOnlySpan<GroupIntent> items)
    {
        _items = new(arena, items);
        _changed = GroupSet.All;
    }

    public readonly ReadOnlySpan<GroupIntent> Items => _items.Items;

    /// <summary>The groups that may have changed since this was asked last.</summary>
    public GroupSet TakeChanged()
    {
        var changed = _changed;
        _changed = default;
        return changed;
    }

    /// <summary>The group's entry, to be changed; a new one has no points and stands at <paramref name="at"/>.</summary>
    public ref GroupIntent Of(ListArena? arena, int group, Instant at)
    {
        _changed = _changed.With(group);
        var items = _items.Items;
        var i = 0;
        while (i < items.Length && items[i].Group < group)
            i++;
        if (i == items.Length || items[i].Group != group)
            _items.Insert(arena, i, new GroupIntent(group, at, 0, 0));
        return ref _items.Items[i];
    }

    public void Release(ListArena? arena) => _items.Release(arena);
}
