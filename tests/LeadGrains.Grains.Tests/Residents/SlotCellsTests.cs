using FsCheck;
using FsCheck.Fluent;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Tests.Residents;

public sealed class SlotCellsTests
{
    // What undoes the mixing, so that the first keys lie around the end.
    private const uint Unmixing = 0x144CBC89;

    /// <summary>Few different hashes, so that runs of cells touch, wrap around and are closed again.</summary>
    [Fact]
    public void Remove_WhenKeysComeAndGo_FindsExactlyThoseThatStayed() =>
        Prop.ForAll<(byte Key, bool Remove)[]>(steps =>
        {
            var held = new HeldKeys();
            var cells = new SlotCells(held);
            foreach (var (number, remove) in steps.Concat(steps.Reverse()))
            {
                var key = number % 48;
                if (remove && held.Keys.Contains(key))
                {
                    var slot = held.Keys.IndexOf(key);
                    cells.Remove(held.HashOf(slot), slot);
                    held.Keys[slot] = -1;
                }
                else if (!remove && !held.Keys.Contains(key))
                {
                    held.Keys.Add(key);
                    cells.Add(HashOf(key), held.Keys.Count - 1);
                }
            }

            return cells.Count == held.Keys.Count(key => key >= 0)
                && Enumerable.Range(0, 256).All(key => cells.Find(HashOf(key), new Key(held, key)) == held.Keys.IndexOf(key));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Add_WhenThereAreMany_TakesFiveToEightBytesForEach()
    {
        var held = new HeldKeys();
        var cells = new SlotCells(held);
        for (var key = 0; key < 100_000; key++)
        {
            held.Keys.Add(key);
            cells.Add(HashOf(key), key);
            if (key >= 100)
                Assert.InRange(cells.MemoryBytes / (double)cells.Count, 5, 7.6);
        }

        for (var key = 0; key < 100_000; key += 1_000)
            Assert.Equal(key, cells.Find(HashOf(key), new Key(held, key)));
    }

    private static ulong HashOf(int key) => key < 256
        ? ((ulong)(key % 5) << 32) | (((uint)((key % 7) + 60) << 26) * Unmixing)
        : KeyHash.Of(new GrainKey(Workspaces.Default, GrainKind.Contact, $"contact-{key}"));

    private sealed class HeldKeys : ISlotHashes
    {
        public List<int> Keys { get; } = [];

        public ulong HashOf(int slot) => SlotCellsTests.HashOf(Keys[slot]);
    }

    private readonly struct Key(HeldKeys held, int key) : ISlotKey
    {
        public bool IsIn(int slot) => held.Keys[slot] == key;
    }
}
