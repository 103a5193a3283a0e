using LeadGrains.Gateway.Access;
using LeadGrains.Testing;

namespace LeadGrains.Gateway.Tests.Access;

public sealed class TokenBucketTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Take_WhenThereWasAPause_GivesTwiceTheRateAtOnce()
    {
        var bucket = new TokenBucket(5, _clock);
        Assert.Equal(10, TakeAll(bucket));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, TakeAll(bucket));
    }

    [Fact]
    public void Take_WhenTimePasses_GivesTheRate()
    {
        var bucket = new TokenBucket(5, _clock);
        TakeAll(bucket);
        var taken = 0;
        for (var i = 0; i < 100; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            taken += TakeAll(bucket);
        }

        Assert.Equal(50, taken);
    }

    [Fact]
    public void Take_WhenNothingIsLeft_SaysHowLongItTakes()
    {
        var bucket = new TokenBucket(5, _clock);
        TakeAll(bucket);
        Assert.Equal(TimeSpan.FromMilliseconds(200), bucket.Wait);
        Assert.Equal(TimeSpan.FromMilliseconds(200), bucket.Take(1));
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(TimeSpan.Zero, bucket.Wait);
        Assert.Equal(TimeSpan.Zero, bucket.Take(1));
    }

    [Fact]
    public void Take_WhenMoreThanIsLeft_IsLetThroughAndOwes()
    {
        var bucket = new TokenBucket(10, _clock);
        Assert.Equal(TimeSpan.Zero, bucket.Take(100));
        Assert.Equal(TimeSpan.FromSeconds(8.1), bucket.Wait);
        bucket.Spend(10);
        Assert.Equal(TimeSpan.FromSeconds(9.1), bucket.Take(1));
        _clock.Advance(TimeSpan.FromSeconds(9.1));
        Assert.Equal(TimeSpan.Zero, bucket.Take(1));
    }

    [Fact]
    public async Task Take_WhenManyTake_GivesNoMoreThanThereIs()
    {
        var bucket = new TokenBucket(500, _clock);
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => TakeAll(bucket))));
        Assert.Equal(1_000, taken.Sum());
    }

    [Fact]
    public void Take_WhenOthersShareIt_GivesItsPartAsTheyComeAndGo()
    {
        var nodes = 1;
        var bucket = new TokenBucket(90, _clock, () => nodes);
        foreach (var (sharers, perSecond) in new[] { (1, 90), (3, 30), (9, 10), (1, 90), (0, 90) })
        {
            _clock.Advance(TimeSpan.FromHours(1));
            nodes = sharers;
            Assert.Equal(2 * perSecond, TakeAll(bucket));
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(perSecond, TakeAll(bucket));
        }
    }

    [Fact]
    public void Take_WhenMoreShareItThanItGives_GivesOneASecond()
    {
        var bucket = new TokenBucket(2, _clock, () => 100);
        Assert.Equal(2, TakeAll(bucket));
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(2, TakeAll(bucket));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, TakeAll(bucket));
    }

    private static int TakeAll(TokenBucket bucket)
    {
        var taken = 0;
        while (bucket.Take(1) == TimeSpan.Zero)
            taken++;
        return taken;
    }
}
