using LeadGrains.Grains;

namespace LeadGrains.Gateway.Checks;

/// <summary>Checks one item of an upsert; with a fault, <paramref name="item"/> means nothing.</summary>
internal delegate ItemFault? ItemCheck<in TMessage, TItem>(int index, TMessage message, out TItem item);

/// <summary>The items of an upsert, parted into those to record and those rejected.</summary>
internal readonly record struct CheckedItems<TItem>(List<TItem> Items, List<Rejection> Rejections)
{
    public static CheckedItems<TItem> Of<TMessage>(IReadOnlyList<TMessage> messages, ItemCheck<TMessage, TItem> check)
    {
        var items = new List<TItem>(messages.Count);
        var rejections = new List<Rejection>();
        for (var index = 0; index < messages.Count; index++)
        {
            if (check(index, messages[index], out var item) is { } fault)
                rejections.Add(fault.At(index));
            else
                items.Add(item);
        }

        return new CheckedItems<TItem>(items, rejections);
    }
}
