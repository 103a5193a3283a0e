using System.Buffers;
using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using Grpc.Core;
using Grpc.Wire;

namespace LeadGrains.Grpc.Tests.Wire;

public class CompressionTests
{
    private const int Limit = 100_000;

    private static readonly byte[] EmptyGzip = Convert.FromHexString("1f8b08000000000000030300" + "0000000000000000");

    private static readonly Compressions Known = new(Compressions.Defaults());

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public void TryTake_WhenMessagesAreCompressed_GivesThemBack(string name) => Prop.ForAll<byte[][], int>((messages, seed) =>
    {
        var random = new System.Random(seed);
        var longer = messages.Select(message => Enumerable.Repeat(message, random.Next(1, 200)).SelectMany(bytes => bytes).ToArray()).ToList();
        var body = new ArrayBufferWriter<byte>();
        var writer = new FrameWriter(maxLength: null);
        foreach (var message in longer)
            writer.Write(message, Serialize, body, random.Next(3) == 0 ? null : new Compressor(Known.Find(name)!, Level: null));
        var read = ReadAll(body.WrittenMemory, name);
        return read.Count == longer.Count && read.Zip(longer).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public void TryTake_WhenACompressedMessageIsCutOff_IsInternalWhereverItIs(string name)
    {
        var message = new byte[3_000];
        new System.Random(7).NextBytes(message.AsSpan(0, 300));
        var compressed = Compress(name, message);

        for (var length = 1; length < compressed.Length; length++)
            Assert.Equal(StatusCode.Internal, Refusal(Frames.Of(compressed[..length], flag: 1), name));
        Assert.Equal(message, Assert.Single(ReadAll(Frames.Of(compressed, flag: 1), name)));
    }

    [Fact]
    public void TryTake_WhenAGzipHasSeveralMembers_GivesAllAndMissesNone()
    {
        int[] lengths = [700, 1, 0, 300];
        var parts = lengths.Select(length => Enumerable.Range(0, length).Select(i => (byte)(i / 7)).ToArray()).ToList();
        for (var last = 2; last <= parts.Count; last++)
        {
            var message = parts.Take(last).SelectMany(part => part).ToArray();
            var members = parts.Take(last).Select(part => part.Length == 0 ? EmptyGzip : Compress("gzip", part)).ToList();
            byte[] compressed = [.. members.SelectMany(member => member)];

            Assert.Equal(message, Assert.Single(ReadAll(Frames.Of(compressed, flag: 1), "gzip")));

            // An empty member at the end has nothing that could be missed.
            for (var length = compressed.Length - members[^1].Length + 1; length < compressed.Length && parts[last - 1].Length > 0; length++)
                Assert.Equal(StatusCode.Internal, Refusal(Frames.Of(compressed[..length], flag: 1), "gzip"));
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public void TryTake_WhenCompressedBytesAreChanged_GivesTheMessageOrIsInternal(string name)
    {
        var message = Enumerable.Range(0, 2_000).Select(i => (byte)(i / 7)).ToArray();
        var compressed = Compress(name, message);
        Prop.ForAll<int>(seed =>
        {
            var random = new System.Random(seed);
            var changed = compressed.ToArray();
            changed[random.Next(changed.Length)] ^= (byte)random.Next(1, 256);
            try
            {
                // Some bytes of gzip's header, such as the time, mean nothing to the message.
                return ReadAll(Frames.Of(changed, flag: 1), name).Single().AsSpan().SequenceEqual(message);
            }
            catch (RpcException refused)
            {
                return refused.StatusCode is StatusCode.Internal or StatusCode.ResourceExhausted;
            }
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("gzip", Limit, null)]
    [InlineData("deflate", Limit, null)]
    [InlineData("gzip", Limit + 1, StatusCode.ResourceExhausted)]
    [InlineData("deflate", Limit + 1, StatusCode.ResourceExhausted)]
    public void TryTake_WhenAroundTheLimit_CountsDecompressedBytes(string name, int length, StatusCode? expected) =>
        Assert.Equal(expected, Refusal(Frames.Of(Compress(name, new byte[length]), flag: 1), name));

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public void TryTake_WhenTheMessageIsABomb_AllocatesNoMoreThanTheLimit(string name)
    {
        var bomb = Frames.Of(Compress(name, new byte[64 * 1024 * 1024]), flag: 1);
        Refusal(bomb, name);

        // It is read on this thread alone; what tests beside this one allocate does not count.
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(StatusCode.ResourceExhausted, Refusal(bomb, name));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10 * Limit);
    }

    [Fact]
    public void TryTake_WhenAFrameCannotBeRead_RefusesItEachTime()
    {
        var frames = Reader("gzip");
        var body = new ReadOnlySequence<byte>(Frames.Of([1, 2, 3], flag: 1));

        for (var i = 0; i < 3; i++)
            Assert.Equal(StatusCode.Internal, Assert.Throws<RpcException>(() => frames.TryTake(body, isCompleted: true, isOnlyOne: false)).StatusCode);
    }

    [Fact]
    public void TryTake_WhenNothingIsMarkedCompressed_IsAnEmptyMessage() =>
        Assert.Empty(Assert.Single(ReadAll(Frames.Of([], flag: 1), "gzip")));

    [Fact]
    public void Write_WhenCompressed_IsAMarkedFrameThatOthersRead()
    {
        var message = Enumerable.Repeat((byte)5, 10_000).ToArray();
        var output = new ArrayBufferWriter<byte>();
        var length = new FrameWriter(maxLength: null).Write(message, Serialize, output, new Compressor(Known.Find("gzip")!, CompressionLevel.SmallestSize));

        Assert.Equal(output.WrittenCount, length);
        Assert.Equal(1, output.WrittenSpan[0]);
        Assert.InRange(length, 20, 1_000);
        using var stream = new GZipStream(new MemoryStream(output.WrittenSpan[5..].ToArray()), CompressionMode.Decompress);
        var read = new MemoryStream();
        stream.CopyTo(read);
        Assert.Equal(message, read.ToArray());
    }

    [Fact]
    public void Write_WhenThereIsNothingToCompress_IsAPlainFrame()
    {
        var output = new ArrayBufferWriter<byte>();
        new FrameWriter(maxLength: null).Write(Array.Empty<byte>(), Serialize, output, new Compressor(Known.Find("gzip")!, Level: null));

        Assert.Equal(new byte[5], output.WrittenSpan.ToArray());
    }

    [Fact]
    public void Write_WhenCompressedAndTooLong_CountsTheMessageItself() => Assert.Equal(
        StatusCode.ResourceExhausted,
        Assert.Throws<RpcException>(() => new FrameWriter(maxLength: 999).Write(new byte[1_000], Serialize, new ArrayBufferWriter<byte>(), new Compressor(Known.Find("gzip")!, Level: null))).StatusCode);

    [Theory]
    [InlineData("identity,gzip", true)]
    [InlineData("deflate , gzip", true)]
    [InlineData("gzip", true)]
    [InlineData("", false)]
    [InlineData("gzipped,agzip,deflate", false)]
    public void Accepts_WhenANameIsListed_IsTrue(string header, bool expected) => Assert.Equal(expected, Compressions.Accepts(header, "gzip"));

    private static void Serialize(byte[] message, SerializationContext context)
    {
        context.SetPayloadLength(message.Length);
        context.GetBufferWriter().Write(message);
        context.Complete();
    }

    private static byte[] Compress(string name, byte[] message) => new Compressor(Known.Find(name)!, Level: null).Compress(message).ToArray();

    private static StatusCode? Refusal(byte[] body, string encoding)
    {
        try
        {
            ReadAll(body, encoding);
            return null;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }

    private static FrameReader Reader(string encoding) => new(Limit, encoding, Known, isRequest: true);

    private static List<byte[]> ReadAll(ReadOnlyMemory<byte> body, string encoding)
    {
        var frames = Reader(encoding);
        var rest = new ReadOnlySequence<byte>(body);
        var read = new List<byte[]>();
        while (frames.TryTake(rest, isCompleted: true, isOnlyOne: false))
        {
            read.Add(frames.PayloadAsNewBuffer());
            rest = rest.Slice(frames.End);
            frames.Release();
        }

        return read;
    }
}
