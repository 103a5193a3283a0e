using System.Threading.Channels;
using LeadGrains.Cluster.Peers;

namespace LeadGrains.Cluster.Tests.Peers;

public sealed class PackQueueTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task TakeAsync_WhenSeveralWait_GivesThemTogetherInTheirOrder()
    {
        var queue = new PackQueue();
        queue.Add(1, [1]);
        queue.Add(2, []);
        queue.Add(3, [3, 3, 3]);

        using var together = await queue.TakeAsync(Token);
        queue.Add(4, [4]);
        using var next = await queue.TakeAsync(Token);

        Assert.Equal([(1ul, "01"), (2ul, ""), (3ul, "030303")], Read(together));
        Assert.Equal(3ul, together.LastId);
        Assert.Equal([(4ul, "04")], Read(next));
    }

    [Fact]
    public async Task TakeAsync_WhenOneIsLong_GivesItAlone()
    {
        var queue = new PackQueue();
        queue.Add(1, [1]);
        queue.Add(2, new byte[PackQueue.UsualBytes]);
        queue.Add(3, [3]);

        var ids = new List<ulong[]>();
        for (var i = 0; i < 3; i++)
        {
            using var pack = await queue.TakeAsync(Token);
            ids.Add([.. Read(pack).Select(item => item.Id)]);
        }

        Assert.Equal([[1ul], [2ul], [3ul]], ids);
    }

    [Fact]
    public async Task TakeAsync_WhenManyAdd_GivesEachOnceAndThoseOfOneInTheirOrder()
    {
        const int Each = 5_000;
        var queue = new PackQueue();
        var adding = Enumerable.Range(0, 4).Select(one => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
                queue.Add((ulong)((one * Each) + i), [(byte)one]);
        })).ToList();

        var taken = new List<ulong>();
        while (taken.Count < 4 * Each)
        {
            using var pack = await queue.TakeAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);
            taken.AddRange(Read(pack).Select(item => item.Id));
        }

        await Task.WhenAll(adding);
        foreach (var ofOne in taken.GroupBy(id => id / Each))
            Assert.Equal(Enumerable.Range(0, Each).Select(i => (ofOne.Key * Each) + (ulong)i), ofOne);
    }

    [Fact]
    public async Task TakeAsync_WhenItHasFailed_GivesWhatIsLeftAndThenSaysWhy()
    {
        var queue = new PackQueue();
        queue.Add(1, [1]);
        queue.Fail(new InvalidOperationException("why"));

        using var left = await queue.TakeAsync(Token);
        var failure = await Assert.ThrowsAsync<ChannelClosedException>(() => queue.TakeAsync(Token).AsTask());

        Assert.Equal([(1ul, "01")], Read(left));
        Assert.Equal("why", failure.InnerException!.Message);
        queue.Add(2, [2]);
        await Assert.ThrowsAsync<ChannelClosedException>(() => queue.TakeAsync(Token).AsTask());
    }

    [Theory]
    [InlineData("01")]
    [InlineData("0100000000000000020000001F")]
    [InlineData("0100000000000000FFFFFFFF1F")]
    public void TakeFirst_WhenItIsNotWhole_Throws(string message) =>
        Assert.Throws<InvalidDataException>(() =>
        {
            ReadOnlyMemory<byte> left = Convert.FromHexString(message);
            return Pack.TakeFirst(ref left, out _);
        });

    private static List<(ulong Id, string Bytes)> Read(Pack pack)
    {
        var items = new List<(ulong, string)>();
        for (var left = pack.Bytes; !left.IsEmpty;)
        {
            var bytes = Pack.TakeFirst(ref left, out var id);
            items.Add((id, bytes.Length > 8 ? "long" : Convert.ToHexString(bytes.Span)));
        }

        return items;
    }
}
