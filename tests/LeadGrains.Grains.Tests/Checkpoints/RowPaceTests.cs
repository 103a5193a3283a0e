using System.Diagnostics;
using LeadGrains.Grains.Checkpoints;

namespace LeadGrains.Grains.Tests.Checkpoints;

public sealed class RowPaceTests
{
    private static readonly long Millisecond = Stopwatch.Frequency / 1_000;

    private readonly RowPace _pace;
    private long _now = 7 * Stopwatch.Frequency;

    public RowPaceTests() => _pace = new RowPace(() => _now);

    [Fact]
    public void Rest_WhenNobodyIsServed_IsNone()
    {
        MakeFor(20 * Millisecond);
        Assert.Equal(TimeSpan.Zero, _pace.Rest);
        _pace.NoteServed();
        Assert.NotEqual(TimeSpan.Zero, _pace.Rest);
        _now += 51 * Millisecond;
        Assert.Equal(TimeSpan.Zero, _pace.Rest);
    }

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(1, 0.2)]
    [InlineData(2, 0.4)]
    [InlineData(3, 0.8)]
    [InlineData(4, 1)]
    public void Rest_WhileCallersAreServed_LeavesRowsTheirShare(int doublings, double share)
    {
        // What nobody used before may be made up for; then it is the share.
        Run(50, doublings);
        Assert.InRange(Run(1_000, doublings), 0.95 * share, 1.05 * share);
    }

    [Fact]
    public void Rest_AfterALongTurn_LetsRowsMakeUpForIt()
    {
        Run(50, 0);
        _now += 20 * Millisecond;
        _pace.NoteServed();
        Assert.Equal(TimeSpan.Zero, _pace.Rest);
        MakeFor(Millisecond);
        Assert.Equal(TimeSpan.Zero, _pace.Rest);
        MakeFor(2 * Millisecond);
        Assert.NotEqual(TimeSpan.Zero, _pace.Rest);
    }

    [Fact]
    public void Rest_WhenRowsTookLong_EndsSoon()
    {
        _pace.NoteServed();
        MakeFor(Stopwatch.Frequency);
        _pace.NoteServed();
        Assert.Equal(TimeSpan.FromMilliseconds(50), _pace.Rest);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(100, 0)]
    [InlineData(124, 0)]
    [InlineData(125, 1)]
    [InlineData(150, 2)]
    [InlineData(225, 5)]
    [InlineData(100_000, 5)]
    public void Doublings_WhenTheTailOutgrowsItsBound_ComeWithEachQuarter(long tail, int doublings) =>
        Assert.Equal(doublings, RowPace.Doublings(tail, bound: 100));

    private double Run(int milliseconds, int doublings)
    {
        var (began, made) = (_now, 0L);
        while (_now - began < milliseconds * Millisecond)
        {
            _pace.NoteServed();
            if (_pace.Rest > TimeSpan.Zero)
            {
                _now += Millisecond / 10;
                continue;
            }

            MakeFor(Millisecond / 2, doublings);
            made += Millisecond / 2;
        }

        return made / (double)(_now - began);
    }

    private void MakeFor(long ticks, int doublings = 0)
    {
        _pace.Begin();
        _now += ticks;
        _pace.End(doublings);
    }
}
