using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Tests.Residents;

public sealed class IdArenaTests
{
    [Fact]
    public void Get_WhenIdsOfEveryLengthWereAdded_GivesThemBack()
    {
        var arena = new IdArena();
        var ids = Enumerable.Range(0, 3_000).Select(i => Bytes(i % (IdArena.MaxIdBytes + 1), i)).ToList();
        var places = ids.ConvertAll(id => arena.Add(id));

        for (var i = 0; i < ids.Count; i++)
            Assert.Equal(ids[i], arena.Get(places[i]).ToArray());
        Assert.Equal(places.Count, places.Distinct().Count());
        Assert.DoesNotContain(0u, places);
    }

    [Fact]
    public void Free_WhenIdsOfTheSameSizeFollow_UsesThePlacesAgain()
    {
        var arena = new IdArena();
        var places = Enumerable.Range(0, 100).Select(i => arena.Add(Bytes(20, i))).ToList();
        var memory = arena.MemoryBytes;
        foreach (var place in places)
            arena.Free(place);

        var again = Enumerable.Range(0, 100).Select(i => arena.Add(Bytes(23, i))).ToList();

        Assert.Equal(places.Order(), again.Order());
        Assert.Equal(memory, arena.MemoryBytes);
    }

    [Fact]
    public void Free_WhenIdsComeAndGo_LeavesTheOthersAlone()
    {
        var random = new Random(11);
        var arena = new IdArena();
        var held = new Dictionary<uint, byte[]>();
        for (var step = 0; step < 20_000; step++)
        {
            if (held.Count > 200 || (held.Count > 0 && random.Next(2) == 0))
            {
                var place = held.Keys.ElementAt(random.Next(held.Count));
                Assert.Equal(held[place], arena.Get(place).ToArray());
                arena.Free(place);
                held.Remove(place);
            }
            else
            {
                var id = Bytes(random.Next(0, 40), step);
                held.Add(arena.Add(id), id);
            }
        }

        Assert.True(arena.MemoryBytes < 64 * 1024, $"{arena.MemoryBytes} bytes for at most 200 ids");
    }

    [Fact]
    public void Add_WhenTheIdIsTooLong_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new IdArena().Add(new byte[IdArena.MaxIdBytes + 1]));

    private static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
