namespace LeadGrains.Scoring;

/// <summary>Insertion into a small array that grows as it fills.</summary>
internal static class SortedArray
{
    // Few steps: each is an array that an old object comes to hold, and such are what a collection spends its time on.
    private const int Smallest = 8;
    private const int Second = 32;

    public static void Insert<T>(ref T[]? items, ref int length, int at, T item)
    {
        if (items is null)
            items = new T[Smallest];
        else if (length == items.Length)
            Array.Resize(ref items, length < Smallest ? Smallest : Math.Max(Second, 2 * length));
        items.AsSpan(at, length - at).CopyTo(items.AsSpan(at + 1));
        items[at] = item;
        length++;
    }
}
