namespace LeadGrains.Scoring;

/// <summary>Insertion into a small array that doubles as it fills. Most grains hold only a few groups and rules.</summary>
internal static class SortedArray
{
    // Whoever has one has several soon, and each step is a copy and an object to collect.
    private const int Smallest = 4;

    public static void Insert<T>(ref T[]? items, ref int length, int at, T item)
    {
        if (items is null)
            items = new T[Smallest];
        else if (length == items.Length)
            Array.Resize(ref items, Math.Max(Smallest, 2 * length));
        items.AsSpan(at, length - at).CopyTo(items.AsSpan(at + 1));
        items[at] = item;
        length++;
    }
}
