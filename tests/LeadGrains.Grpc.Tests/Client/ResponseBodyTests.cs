using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Grpc.Net.Client.Internal;

namespace LeadGrains.Grpc.Tests.Client;

public class ResponseBodyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Unread_WhenConsumedInAnyPieces_GivesEveryByteInOrder() => Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        var bytes = new byte[random.Next(200_000)];
        random.NextBytes(bytes);
        return Read(bytes, random).GetAwaiter().GetResult().SequenceEqual(bytes);
    }).QuickCheckThrowOnFailure();

    [Fact(Timeout = TestServer.Patience)]
    public async Task Unread_WhenTheStreamHasEnded_StaysUntilItIsComplete()
    {
        var body = new ResponseBody();
        body.Add(await new MemoryStream([1, 2]).ReadAsync(body.MakeRoom(), Token));
        Assert.False(body.IsAtEnd);

        body.Add(0);
        Assert.True(body.IsAtEnd);
        Assert.Equal([1, 2], body.Unread.ToArray());

        body.Complete();
        Assert.True(body.IsAtEnd);
        Assert.True(body.Unread.IsEmpty);
    }

    private static async Task<List<byte>> Read(byte[] bytes, System.Random random)
    {
        var stream = new ChoppedStream(bytes, random);
        var body = new ResponseBody();
        var read = new List<byte>();
        while (true)
        {
            var unread = body.Unread;
            var take = body.IsAtEnd ? unread.Length : random.NextInt64(unread.Length + 1);
            read.AddRange(unread.Slice(0, take).ToArray());
            body.Consume(unread.GetPosition(take));
            if (body.IsAtEnd)
                break;
            body.Add(await stream.ReadAsync(body.MakeRoom(), Token));
        }

        body.Complete();
        return read;
    }

    /// <summary>A stream that gives as little at a time as it pleases.</summary>
    private sealed class ChoppedStream(byte[] bytes, System.Random random) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..random.Next(1, Math.Min(buffer.Length, 20_000) + 1)], cancellationToken);
    }
}
