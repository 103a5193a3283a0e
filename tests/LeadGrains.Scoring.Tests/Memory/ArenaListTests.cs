using FsCheck;
using FsCheck.Fluent;

namespace LeadGrains.Scoring.Tests.Memory;

public sealed class ArenaListTests
{
    private const int Lists = 4;

    private static readonly Arbitrary<Change[]> Changes = (
        from list in Gen.Choose(0, Lists - 1)
        from kind in Gen.Choose(0, 19)
        from at in Gen.Choose(0, 1_000)
        from count in Gen.Choose(1, 300)
        select new Change(list, kind, at, count)).ArrayOf().ToArbitrary();

    [Fact]
    public void Items_OfListsOfOneArena_AreThoseOfListsOfTheirOwn() =>
        Prop.ForAll(Changes, changes => Agree(changes, new ListArena())).QuickCheckThrowOnFailure();

    [Fact]
    public void Items_WithoutAnArena_AreThoseOfListsOfTheirOwn() =>
        Prop.ForAll(Changes, changes => Agree(changes, arena: null)).QuickCheckThrowOnFailure();

    [Fact]
    public void MemoryBytes_OfAnArenaWhoseListsAreReleased_StaysAsItIs()
    {
        var arena = new ListArena();
        Fill(arena);
        var held = arena.MemoryBytes;

        for (var i = 0; i < 10; i++)
            Fill(arena);

        Assert.True(held > 0);
        Assert.Equal(held, arena.MemoryBytes);
    }

    [Fact]
    public void Trim_WhenMostItemsAreGone_GivesRoomBack()
    {
        var arena = new ListArena();
        var list = new ArenaList<long>(arena, [.. Enumerable.Range(0, 2_000).Select(i => (long)i)]);

        list.Remove(1, 1_998);
        list.Trim(arena);

        Assert.Equal([0, 1_999], list.Items.ToArray());
        Assert.InRange(list.MemoryBytes, 2 * sizeof(long), 64);
    }

    private static void Fill(ListArena arena)
    {
        var lists = new ArenaList<long>[1_000];
        for (var i = 0; i < lists.Length; i++)
        {
            for (var item = 0; item <= i % 600; item++)
                lists[i].Add(arena, item);
        }

        for (var i = 0; i < lists.Length; i++)
            lists[i].Release(arena);
    }

    // After each change all lists are looked at: one that writes into another's room shows.
    private static bool Agree(Change[] changes, ListArena? arena)
    {
        var lists = new ArenaList<Item>[Lists];
        var plain = Enumerable.Range(0, Lists).Select(_ => new List<Item>()).ToArray();
        var next = 0;
        foreach (var change in changes)
        {
            Take(change, arena, ref lists[change.List], plain[change.List], ref next);
            for (var i = 0; i < Lists; i++)
            {
                if (!lists[i].Items.SequenceEqual(plain[i].ToArray()))
                    return false;
            }
        }

        return true;
    }

    private static void Take(Change change, ListArena? arena, ref ArenaList<Item> list, List<Item> plain, ref int next)
    {
        if (change.Kind == 0)
        {
            list.Release(arena);
            plain.Clear();
        }
        else if (change.Kind == 1)
        {
            list.Trim(arena);
        }
        else if (change.Kind <= 4)
        {
            var at = Math.Min(change.At, plain.Count);
            var count = Math.Min(change.Count, plain.Count - at);
            list.Remove(at, count);
            plain.RemoveRange(at, count);
        }
        else
        {
            for (var i = 0; i < change.Count; i++)
            {
                var item = new Item(next++, 1L << next, next);
                list.Insert(arena, Math.Min(change.At, plain.Count), item);
                plain.Insert(Math.Min(change.At, plain.Count), item);
            }
        }
    }

    public sealed record Change(int List, int Kind, int At, int Count);

    private readonly record struct Item(int Number, long Bits, double Points);
}
