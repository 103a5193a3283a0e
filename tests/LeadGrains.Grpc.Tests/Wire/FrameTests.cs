using System.Buffers;
using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using Grpc.Core;
using Grpc.Wire;

namespace LeadGrains.Grpc.Tests.Wire;

public class FrameTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void MoveNextAsync_WhenBytesArriveInAnyPieces_GivesEveryMessage() => Prop.ForAll<byte[][], int>((messages, seed) =>
    {
        var body = new ArrayBufferWriter<byte>();
        var writer = new FrameWriter(maxLength: null);
        foreach (var message in messages)
            writer.Write(message, (bytes, context) => context.Complete(bytes), body);
        var read = ReadAll(body.WrittenMemory, new System.Random(seed)).GetAwaiter().GetResult();
        return read.Count == messages.Length && read.Zip(messages).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void MoveNextAsync_WhenGivenAnyBytes_EndsOrRefuses() => Prop.ForAll<byte[], int>((bytes, seed) =>
    {
        try
        {
            ReadAll(bytes, new System.Random(seed)).GetAwaiter().GetResult();
            return true;
        }
        catch (RpcException)
        {
            return true;
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Write_WhenLengthIsAnnouncedOrNot_WritesTheSameFrame() => Prop.ForAll<byte[]>(message =>
    {
        var frames = new FrameWriter(maxLength: null);
        return new[] { Announced, Unannounced, Whole }
            .Select(serializer =>
            {
                var output = new ArrayBufferWriter<byte>();
                Assert.Equal(message.Length + FrameWriter.PrefixLength, frames.Write(message, serializer, output));
                return output.WrittenSpan.ToArray();
            })
            .All(frame => frame.AsSpan().SequenceEqual(Frames.Of(message)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Write_WhenTheAnnouncedLengthIsWrong_Throws()
    {
        var frames = new FrameWriter(maxLength: null);

        Assert.Throws<InvalidOperationException>(() => frames.Write("x", (_, context) =>
        {
            context.SetPayloadLength(2);
            context.GetBufferWriter().Write("1"u8);
            context.Complete();
        }, new ArrayBufferWriter<byte>()));
    }

    [Fact]
    public void Write_WhenTheSerializerDoesNotComplete_Throws() =>
        Assert.Throws<InvalidOperationException>(() => new FrameWriter(maxLength: null).Write("x", (_, _) => { }, new ArrayBufferWriter<byte>()));

    [Fact]
    public void Write_WhenTheContextIsKept_RefusesItsUse()
    {
        SerializationContext? kept = null;
        new FrameWriter(maxLength: null).Write("x", (_, context) => (kept = context).Complete([1]), new ArrayBufferWriter<byte>());

        Assert.Throws<InvalidOperationException>(() => kept!.Complete([2]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Write_WhenTooLong_RefusesBeforeAByteIsWritten(int form)
    {
        var output = new ArrayBufferWriter<byte>();
        var serializer = new[] { Announced, Unannounced, Whole }[form];

        var refused = Assert.Throws<RpcException>(() => new FrameWriter(maxLength: 3).Write(new byte[4], serializer, output));

        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void PooledBuffer_WhenWrittenPieceByPiece_HoldsAll()
    {
        var buffer = new PooledBuffer();
        var expected = new List<byte>();
        for (var length = 0; length < 200; length++)
        {
            var piece = Enumerable.Repeat((byte)length, length).ToArray();
            buffer.Write(piece);
            expected.AddRange(piece);
        }

        Assert.Equal(expected, buffer.Written.ToArray());
        buffer.Clear();
        Assert.True(buffer.Written.IsEmpty);
        buffer.Return();
        buffer.Write("1"u8);
        Assert.Equal("1"u8.ToArray(), buffer.Written.ToArray());
    }

    private static void Announced(byte[] message, SerializationContext context)
    {
        context.SetPayloadLength(message.Length);
        context.GetBufferWriter().Write(message);
        context.Complete();
    }

    private static void Unannounced(byte[] message, SerializationContext context)
    {
        foreach (var octet in message)
            context.GetBufferWriter().Write([octet]);
        context.Complete();
    }

    private static void Whole(byte[] message, SerializationContext context) => context.Complete(message);

    private static async Task<List<byte[]>> ReadAll(ReadOnlyMemory<byte> body, System.Random random)
    {
        var pipe = new Pipe(new PipeOptions(minimumSegmentSize: 16));
        var frames = new FrameReader(pipe.Reader, maxLength: 1000, encoding: null, new Compressions(Compressions.Defaults()), isRequest: true);
        var feeding = Task.Run(
            async () =>
            {
                while (!body.IsEmpty)
                {
                    var piece = body[..random.Next(1, Math.Min(9, body.Length) + 1)];
                    await pipe.Writer.WriteAsync(piece, Token);
                    body = body[piece.Length..];
                }

                await pipe.Writer.CompleteAsync();
            },
            Token);
        var read = new List<byte[]>();
        while (await frames.MoveNextAsync(Token))
            read.Add(frames.PayloadAsNewBuffer());
        await feeding;
        return read;
    }
}
