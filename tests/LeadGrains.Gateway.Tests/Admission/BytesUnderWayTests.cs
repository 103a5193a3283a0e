using LeadGrains.Gateway.Admission;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Tests.Admission;

public sealed class BytesUnderWayTests
{
    [Fact]
    public void Take_WhenItWouldBeTooMuch_IsRefusedAndCountsNothing()
    {
        var bytes = new BytesUnderWay(100);
        bytes.Take(60);

        Assert.Throws<OverloadedException>(() => bytes.Take(41));

        Assert.Equal((60, false), (bytes.Held, bytes.IsFull));
        bytes.Take(40);
        Assert.True(bytes.IsFull);
        bytes.Return(40);
        Assert.False(bytes.IsFull);
    }

    [Fact]
    public void Take_WhenABatchComesAlone_TakesOneOfAnySize()
    {
        var bytes = new BytesUnderWay(100);

        bytes.Take(1_000);

        Assert.Throws<OverloadedException>(() => bytes.Take(1));
        bytes.Return(1_000);
        Assert.Equal(0, bytes.Held);
    }
}
