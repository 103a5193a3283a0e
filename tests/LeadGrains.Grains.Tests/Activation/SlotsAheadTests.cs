using LeadGrains.Grains.Activation;

namespace LeadGrains.Grains.Tests.Activation;

public sealed class SlotsAheadTests
{
    private readonly SlotsAhead _ahead = new();

    [Fact]
    public void TryTake_WhenItGoesRoundManyTimes_GivesThemInTheirOrder()
    {
        var taken = new List<int>();
        for (var slot = 0; slot < 100; slot++)
        {
            _ahead.Add(slot);
            if (_ahead.IsFull)
            {
                Assert.True(_ahead.TryTake(out var next));
                taken.Add(next);
            }
        }

        while (_ahead.TryTake(out var next))
            taken.Add(next);
        Assert.Equal(Enumerable.Range(0, 100), taken);
    }

    [Fact]
    public void TryPeek_BeyondTheLast_GivesNone()
    {
        _ahead.Add(7);
        _ahead.Add(9);
        Assert.True(_ahead.TryPeek(1, out var last));
        Assert.Equal(9, last);
        Assert.False(_ahead.TryPeek(2, out var none));
        Assert.Equal(-1, none);
        Assert.False(_ahead.TryPeek(SlotsAhead.Most, out _));
    }

    [Fact]
    public void Add_WhenFull_Throws()
    {
        for (var slot = 0; slot < SlotsAhead.Most; slot++)
            _ahead.Add(slot);
        Assert.Throws<InvalidOperationException>(() => _ahead.Add(99));
    }
}
