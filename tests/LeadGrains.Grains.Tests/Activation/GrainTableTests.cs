using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Tests.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Activation;

public sealed class GrainTableTests
{
    private const int Grains = 500;
    private const int SignalsEach = 60;

    private readonly ListArena _lists = new();
    private readonly GrainTable<ContactGrain> _table;

    public GrainTableTests()
    {
        var keys = new ResidentTable();
        _table = new GrainTable<ContactGrain>(keys, new RankColumns(Models.Staged, GrainKind.Contact, 0, keys, RandomRows.Now));
    }

    [Fact]
    public void Evict_OfGrainsWithLists_LeavesTheirRoomToTheNext()
    {
        FillAndEvict();
        var held = _lists.MemoryBytes;

        for (var i = 0; i < 5; i++)
            FillAndEvict();

        Assert.True(held > Grains * SignalsEach * sizeof(ulong));
        Assert.Equal(held, _lists.MemoryBytes);
    }

    [Fact]
    public void Evict_WhenRowsAreBehind_TakesThoseAloneThatAreWritten()
    {
        Activate();
        for (var slot = 0; slot < Grains; slot++)
            _table.MarkDirty(_table.Find(slot)!);
        Assert.Equal(0, EvictAll());

        // Written; written and changed again meanwhile; on its way.
        foreach (var slot in new[] { 3, 7, 400 })
            _table.Find(slot)!.IsDirty = false;
        _table.Find(400)!.IsBeingWritten = true;
        _table.MarkDirty(_table.Find(7)!);
        _table.EndWrite(_table.Find(3)!);
        _table.EndWrite(_table.Find(7)!);

        Assert.Equal(1, EvictAll());
        Assert.Null(_table.Find(3));
        Assert.NotNull(_table.Find(7));
        Assert.NotNull(_table.Find(400));
        Assert.Equal(Grains - 1, _table.ActiveCount);
    }

    [Fact]
    public void Evict_WhenSomeAreUsedAgain_TakesOthersFirst()
    {
        Activate();
        Assert.Equal(Grains / 2, _table.Evict(Grains / 2, oldestTurn: 1));
        var left = Enumerable.Range(0, Grains).Where(slot => _table.Find(slot) is not null).ToList();
        foreach (var slot in left.Where(slot => slot % 2 == 0))
            _table.Find(slot)!.LastTurn = 1;

        Assert.Equal(left.Count(slot => slot % 2 != 0), _table.Evict(left.Count(slot => slot % 2 != 0), oldestTurn: 2));

        Assert.Equal(left.Where(slot => slot % 2 == 0), left.Where(slot => _table.Find(slot) is not null));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(SlotsAhead.Most)]
    [InlineData(200)]
    public void TryNextDirty_WhileOthersBecomeDirty_GivesThoseHandedOverOnceAndInOrder(int grains)
    {
        Activate();
        for (var slot = grains - 1; slot >= 0; slot--)
            _table.MarkDirty(_table.Find(slot)!);
        _table.TakeDirty();

        var written = new List<int>();
        while (_table.TryNextDirty(out var grain))
        {
            written.Add(grain.Slot);
            grain.IsDirty = false;
            // What is written, and one that is about to be or was not handed over at all.
            _table.MarkDirty(grain);
            _table.MarkDirty(_table.Find(grain.Slot + 1)!);
        }

        Assert.Equal(Enumerable.Range(0, grains), written);
        _table.TakeDirty();
        var again = new List<int>();
        while (_table.TryNextDirty(out var grain))
            again.Add(grain.Slot);
        Assert.Equal(Enumerable.Range(0, grains + 1), again);
    }

    private void Activate()
    {
        for (var i = 0; i < Grains; i++)
            _table.Activate(new ContactGrain(_table.Keys.FindOrAdd((ulong)i + 1, 0, BitConverter.GetBytes(i), out _), _lists));
        _table.Columns.EnsureSlots();
    }

    private int EvictAll() => _table.Evict(Grains, oldestTurn: 1) + _table.Evict(Grains, oldestTurn: 1);

    private void FillAndEvict()
    {
        for (var slot = 0; slot < Grains; slot++)
        {
            var contact = new ContactGrain(slot, _lists);
            for (var i = 0; i < SignalsEach; i++)
            {
                contact.Seen.TryAdd((ulong)i + 1, RandomRows.Now);
                contact.Intent.Apply(Models.Staged, "b"u8, RandomRows.Now + TimeSpan.FromHours(i), new NoAttributes());
            }

            _table.Activate(contact);
        }

        // The first time round, each is spared once.
        while (_table.ActiveCount > 0)
            _table.Evict(Grains, oldestTurn: 1);
    }
}
