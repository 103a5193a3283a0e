using LeadGrains.Grains.Rollup;

namespace LeadGrains.Grains.Tests.Rollup;

public sealed class LaneMarksTests
{
    private readonly LaneMarks _marks = new();
    private int _acted;

    [Fact]
    public void Then_WhenAllListedBeforeHasArrived_ActsThoughMoreIsListed()
    {
        List(2);
        _marks.Then(() => _acted++);
        List(3);
        Take(1);
        _marks.Returned(isWhole: true);
        Assert.Equal(0, _acted);
        Take(1);
        _marks.Returned(isWhole: true);
        Assert.Equal(1, _acted);
        Take(3);
        _marks.Returned(isWhole: true);
        Assert.Equal(1, _acted);
    }

    [Fact]
    public void Then_WhenADeliveryDidNotBringAll_WaitsForWhatWasListedAgain()
    {
        List(2);
        _marks.Then(() => _acted++);
        Take(2);
        List(1);
        _marks.Returned(isWhole: false);
        _marks.Returned(isWhole: true);
        Assert.Equal(0, _acted);
        Take(1);
        _marks.Returned(isWhole: true);
        Assert.Equal(1, _acted);
    }

    private void List(int count)
    {
        for (var i = 0; i < count; i++)
            _marks.Listed();
    }

    private void Take(int count)
    {
        for (var i = 0; i < count; i++)
            _marks.Taken();
    }
}
