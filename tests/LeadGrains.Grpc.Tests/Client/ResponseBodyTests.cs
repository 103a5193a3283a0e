using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Grpc.Net.Client.Internal;

namespace LeadGrains.Grpc.Tests.Client;

public class ResponseBodyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void ReadAsync_WhenConsumedInAnyPieces_GivesEveryByteInOrder() => Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        var bytes = new byte[random.Next(200_000)];
        random.NextBytes(bytes);
        return Read(bytes, random).GetAwaiter().GetResult().SequenceEqual(bytes);
    }).QuickCheckThrowOnFailure();

    [Fact(Timeout = TestServer.Patience)]
    public async Task ReadAsync_WhenTheStreamHasEnded_SaysSoEachTime()
    {
        var body = new ResponseBody(new MemoryStream([1, 2]));
        var first = await body.ReadAsync(Token);
        body.AdvanceTo(first.Buffer.Start, first.Buffer.End);

        for (var i = 0; i < 2; i++)
        {
            var last = await body.ReadAsync(Token);
            Assert.True(last.IsCompleted);
            Assert.Equal([1, 2], last.Buffer.ToArray());
            body.AdvanceTo(last.Buffer.Start, last.Buffer.End);
        }

        await body.CompleteAsync();
        Assert.True((await body.ReadAsync(Token)).Buffer.IsEmpty);
    }

    private static async Task<List<byte>> Read(byte[] bytes, System.Random random)
    {
        var body = new ResponseBody(new ChoppedStream(bytes, random));
        var read = new List<byte>();
        while (true)
        {
            var result = await body.ReadAsync(Token);
            var take = result.IsCompleted ? result.Buffer.Length : random.NextInt64(result.Buffer.Length + 1);
            read.AddRange(result.Buffer.Slice(0, take).ToArray());
            var consumed = result.Buffer.GetPosition(take);
            body.AdvanceTo(consumed, random.Next(2) == 0 ? consumed : result.Buffer.End);
            if (result.IsCompleted)
                break;
        }

        await body.CompleteAsync();
        return read;
    }

    /// <summary>A stream that gives as little at a time as it pleases.</summary>
    private sealed class ChoppedStream(byte[] bytes, System.Random random) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..random.Next(1, Math.Min(buffer.Length, 20_000) + 1)], cancellationToken);
    }
}
