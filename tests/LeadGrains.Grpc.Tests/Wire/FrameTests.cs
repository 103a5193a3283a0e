using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Grpc.Core;
using Grpc.Wire;

namespace LeadGrains.Grpc.Tests.Wire;

public class FrameTests
{
    [Fact]
    public void TryTake_WhenBytesArriveInAnyPieces_GivesEveryMessage() => Prop.ForAll<byte[][], int>((messages, seed) =>
    {
        var body = new ArrayBufferWriter<byte>();
        var writer = new FrameWriter(maxLength: null);
        foreach (var message in messages)
            writer.Write(message, (bytes, context) => context.Complete(bytes), body);
        var read = ReadAll(body.WrittenMemory, isOnlyOne: false, new System.Random(seed));
        return read.Count == messages.Length && read.Zip(messages).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryTake_WhenGivenAnyBytes_EndsOrRefuses() => Prop.ForAll<byte[], int>((bytes, seed) =>
    {
        try
        {
            ReadAll(bytes, isOnlyOne: seed % 2 == 0, new System.Random(seed));
            return true;
        }
        catch (RpcException)
        {
            return true;
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryTake_WhenOnlyOneIsAllowed_TakesItOnceTheBodyHasEnded() => Prop.ForAll<byte[], int>((message, seed) =>
        ReadAll(Frames.Of(message), isOnlyOne: true, new System.Random(seed)) is [var only] && only.AsSpan().SequenceEqual(message)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("0000000000", "00", StatusCode.InvalidArgument)]
    [InlineData("0000000000", "0000000000", StatusCode.Unimplemented)]
    [InlineData("0000000001", "", StatusCode.InvalidArgument)]
    public void TryTake_WhenOnlyOneIsAllowedAndThereIsMore_SaysWhatIsWrong(string first, string more, StatusCode expected) => Assert.Equal(
        expected,
        Assert.Throws<RpcException>(() => ReadAll(Convert.FromHexString(first + more), isOnlyOne: true, new System.Random(1))).StatusCode);

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

    /// <summary>Shows a body as it grows, piece by piece, cut into segments of which none holds a whole prefix.</summary>
    private static List<byte[]> ReadAll(ReadOnlyMemory<byte> body, bool isOnlyOne, System.Random random)
    {
        var frames = new FrameReader(maxLength: 1000, encoding: null, new Compressions(Compressions.Defaults()), isRequest: true);
        var read = new List<byte[]>();
        var (taken, arrived) = (0, 0);
        while (true)
        {
            var shown = Segments.Of(body[taken..arrived], length: 3);
            if (frames.TryTake(shown, isCompleted: arrived == body.Length, isOnlyOne))
            {
                read.Add(frames.PayloadAsNewBuffer());
                taken += (int)shown.Slice(0, frames.End).Length;
                frames.Release();
            }
            else if (arrived == body.Length)
            {
                return read;
            }
            else
            {
                arrived = Math.Min(body.Length, arrived + random.Next(1, 9));
            }
        }
    }
}
