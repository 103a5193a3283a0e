using LeadGrains.Grains.Entries;

namespace LeadGrains.Grains.Tests.Entries;

public sealed class PooledBufferTests
{
    [Fact]
    public void GetSpan_WhenMoreIsWrittenThanFits_KeepsWhatWasWritten()
    {
        using var buffer = new PooledBuffer(1);
        for (var i = 0; i < 100_000; i++)
        {
            buffer.GetSpan(1)[0] = (byte)i;
            buffer.Advance(1);
        }

        Assert.Equal(100_000, buffer.WrittenCount);
        Assert.Equal(Enumerable.Range(0, 100_000).Select(i => (byte)i), buffer.WrittenMemory.ToArray());
    }

    [Fact]
    public void GetMemory_WhenAsked_HasAtLeastThatRoom()
    {
        using var buffer = new PooledBuffer();

        Assert.True(buffer.GetMemory(1_000_000).Length >= 1_000_000);
        Assert.True(buffer.GetMemory().Length >= 1);
    }

    [Fact]
    public void Clear_WhenDone_BeginsAgain()
    {
        using var buffer = new PooledBuffer();
        buffer.GetSpan(3).Fill(7);
        buffer.Advance(3);

        buffer.Clear();

        Assert.True(buffer.WrittenSpan.IsEmpty);
    }

    [Fact]
    public void Advance_WhenBeyondTheRoom_IsRefused()
    {
        using var buffer = new PooledBuffer();
        var room = buffer.GetSpan().Length;

        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(room + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
    }

    [Fact]
    public void Dispose_WhenDoneTwice_GivesTheArrayBackOnce()
    {
        var first = new PooledBuffer();
        first.Dispose();
        first.Dispose();
        using var second = new PooledBuffer();
        using var third = new PooledBuffer();
        second.GetSpan()[0] = 2;
        third.GetSpan()[0] = 3;

        Assert.Equal(2, second.GetSpan()[0]);
        Assert.Throws<ObjectDisposedException>(() => first.GetSpan().Length);
        Assert.Throws<ObjectDisposedException>(() => first.WrittenSpan.Length);
    }
}
