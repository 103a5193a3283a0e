using System.Buffers;
using Google.Protobuf;
using LeadGrains.Grains.Signals;
using LeadGrains.V1;

namespace LeadGrains.Grains.Tests.Signals;

public sealed class SignalBatchTests
{
    [Fact]
    public void Read_WhenTheMessageIsInPieces_ReadsItWhole()
    {
        var message = new StreamSignalsRequest { Batch = 9, Signals = { Batches.Signal(), Batches.Signal(one => one.Id = "e2") } }.ToByteArray();

        using var batch = SignalBatch.Read(InPieces(message), SignalMessage.StreamRequest);
        batch.Validate(Batches.ReceivedAt, "acme", Batches.Partitions);

        Assert.Equal(9UL, batch.BatchNumber);
        Assert.Equal("acme", batch.Workspace);
        Assert.Equal(Batches.ReceivedAt, batch.ReceivedAt);
        Assert.Equal(2, batch.Slices.Length);
        Assert.Equal(KeyHash.Of(new GrainKey("acme", GrainKind.Contact, "ann")), batch.Slices[1].KeyHash);
    }

    [Fact]
    public void Read_WhenThereIsNoSignal_GivesAnEmptyBatch()
    {
        using var batch = Batches.ReadRecord([]);

        Assert.Equal(0, batch.Total);
        Assert.Equal(LeadGrains.Grains.AckLevel.Recorded, batch.AckLevel);
        Assert.True(batch.Slices.IsEmpty);
        Assert.Empty(batch.Rejections);
    }

    [Fact]
    public void Read_WhenThereAreAsManySignalsAsAllowed_TakesThemAll()
    {
        using var batch = Batches.Read(Enumerable.Range(0, 10_000).Select(i => Batches.Signal(one => one.Id = $"e{i}")));

        Assert.Equal(10_000, batch.Slices.Length);
        Assert.Equal(9_999, batch.Slices[^1].Index);
        Assert.Equal(10_000, batch.Slices.ToArray().Select(slice => slice.SeenHash).Distinct().Count());
    }

    [Fact]
    public void Read_WhenThereIsOneSignalMoreThanAllowed_RefusesTheMessageAndSaysHowMany()
    {
        var fault = Assert.Throws<SignalBatchException>(() => Batches.Read(Enumerable.Repeat(Batches.Signal(), 10_001)));

        Assert.Equal("signals", fault.Field);
        Assert.Equal("signals has 10,001 entries, at most 10,000 are allowed", fault.Message);
    }

    [Fact]
    public void Read_WhenTheMessageIsBeyondFourMebibytes_ReadsIt()
    {
        var attributes = Enumerable.Range(0, 30).ToDictionary(i => $"a{i}", _ => new string('x', 1_000), StringComparer.Ordinal);
        using var batch = Batches.Read(Enumerable.Repeat(Batches.Signal(one => one.Attributes.Add(attributes)), 200));

        Assert.Equal(200, batch.Slices.Length);
        Assert.True(new SignalAttributes(batch.Bytes(batch.Slices[199].Signal)).TryGet("a29"u8, out var value));
        Assert.Equal(1_000, value.Length);
    }

    [Theory]
    [InlineData("0A", "a tag without its length")]
    [InlineData("0A05", "a length without its bytes")]
    [InlineData("0AFFFFFFFF0F", "a negative length")]
    [InlineData("00", "field number 0")]
    [InlineData("0F", "a wire type that does not exist")]
    [InlineData("0C", "the end of a group that has not begun")]
    [InlineData("0B", "a group without its end")]
    [InlineData("0B14", "a group with another's end")]
    [InlineData("10FFFFFFFFFFFFFFFFFFFF01", "a varint of eleven bytes")]
    [InlineData("0A020A05", "a signal whose field is cut off")]
    [InlineData("0A033A0108", "a signal whose time is cut off")]
    [InlineData("0A0442020A01", "a signal whose attribute is cut off")]
    [InlineData("0A0342010F", "a signal whose attribute has a wire type that does not exist")]
    public void Read_WhenTheBytesAreDamaged_RefusesTheMessage(string hex, string what)
    {
        var fault = Assert.Throws<SignalBatchException>(() => Batches.ReadRecord(Convert.FromHexString(hex)));

        Assert.True(fault.Field.Length == 0, what);
        Assert.StartsWith("the bytes are no valid message: ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenDamageComesAfterTooManySignals_StillRefusesTheMessage()
    {
        var message = new RecordSignalsRequest { Signals = { Enumerable.Repeat(Batches.Signal(), 10_001) } }.ToByteArray();

        Assert.Equal("", Assert.Throws<SignalBatchException>(() => Batches.ReadRecord([.. message, 0x0A])).Field);
    }

    [Fact]
    public void Read_WhenTheAckLevelDoesNotExist_RefusesTheMessage()
    {
        var fault = Assert.Throws<SignalBatchException>(() => Batches.ReadRecord(WireBytes.Number(2, 7)));

        Assert.Equal("ack_level", fault.Field);
        Assert.Equal("ack_level 7 does not exist", fault.Message);
    }

    [Theory]
    [InlineData(98, true)]
    [InlineData(99, true)]
    [InlineData(100, false)]
    public void Read_WhenGroupsNestInASignal_EndsWhereProtobufEnds(int levels, bool readable)
    {
        var message = WireBytes.Bytes(1, [.. Batches.Signal().ToByteArray(), .. WireBytes.NestedGroups(levels)]);

        AssertReadable(message, readable);
    }

    [Theory]
    [InlineData(96, true)]
    [InlineData(97, true)]
    [InlineData(98, false)]
    public void Read_WhenGroupsNestInAnAttribute_EndsWhereProtobufEnds(int levels, bool readable)
    {
        var message = WireBytes.Bytes(1, [.. Batches.Signal().ToByteArray(), .. WireBytes.Bytes(8, WireBytes.NestedGroups(levels))]);

        AssertReadable(message, readable);
    }

    [Theory]
    [InlineData(98, true)]
    [InlineData(99, false)]
    public void Read_WhenGroupsNestInATime_EndsWhereProtobufEnds(int levels, bool readable)
    {
        var message = WireBytes.Bytes(1, [.. Batches.Signal().ToByteArray(), .. WireBytes.Bytes(7, WireBytes.NestedGroups(levels))]);

        AssertReadable(message, readable);
    }

    [Fact]
    public void Read_WhenAFieldComesTwice_TakesTheLast()
    {
        var signal = WireBytes.Join(Batches.Signal().ToByteArray(), WireBytes.Text(4, "bob"), WireBytes.Text(3, "demo_booked"));

        using var batch = Batches.ReadOne(signal);

        Assert.Equal("bob"u8, batch.Bytes(batch.Slices[0].Key));
        Assert.Equal("demo_booked"u8, batch.Bytes(batch.Slices[0].Type));
    }

    [Fact]
    public void Read_WhenTheTimeComesInTwoParts_MergesThem()
    {
        var received = Batches.ReceivedAt.Ticks / TimeSpan.TicksPerSecond;
        var signal = WireBytes.Join(
            Batches.Signal().ToByteArray(),
            WireBytes.Bytes(7, WireBytes.Number(1, (ulong)received - 1)),
            WireBytes.Bytes(7, WireBytes.Number(2, 500_000_099)));

        using var batch = Batches.ReadOne(signal);

        Assert.Equal(Batches.ReceivedAt + TimeSpan.FromMilliseconds(-500), batch.Slices[0].ScoringInstant);
    }

    [Fact]
    public void Read_WhenTheSourceIsEmpty_MeansDefault()
    {
        using var batch = Batches.Read(
            Batches.Signal(one => one.Source = ""), Batches.Signal(one => one.Source = "default"), Batches.Signal(one => one.Source = "crm"));

        Assert.Equal(batch.Slices[0].SeenHash, batch.Slices[1].SeenHash);
        Assert.NotEqual(batch.Slices[0].SeenHash, batch.Slices[2].SeenHash);
    }

    [Fact]
    public void Read_WhenThereIsNoContact_IsAboutTheAccount()
    {
        using var batch = Batches.Read(Batches.Signal(one => (one.ContactId, one.AccountId) = ("", "acme.com")));

        Assert.Equal(GrainKind.Account, batch.Slices[0].Kind);
        Assert.Equal("acme.com"u8, batch.Bytes(batch.Slices[0].Key));
        Assert.Equal(KeyHash.Of(new GrainKey("default", GrainKind.Account, "acme.com")), batch.Slices[0].KeyHash);
    }

    [Fact]
    public void Slices_WhenNotValidated_AreRefused()
    {
        using var batch = SignalBatch.Read(new ReadOnlySequence<byte>([]), SignalMessage.RecordRequest);

        Assert.Throws<InvalidOperationException>(() => batch.Slices.Length);
    }

    [Fact]
    public void Validate_WhenDoneTwice_IsRefused()
    {
        using var batch = Batches.Read(Batches.Signal());

        Assert.Throws<InvalidOperationException>(() => batch.Validate(Batches.ReceivedAt, Workspaces.Default, 1));
    }

    [Fact]
    public void Dispose_WhenDoneTwice_GivesBuffersBackOnce()
    {
        var first = Batches.Read(Batches.Signal());
        first.Dispose();
        first.Dispose();
        using var second = Batches.Read(Batches.Signal(one => one.ContactId = "bob"));
        using var third = Batches.Read(Batches.Signal(one => one.ContactId = "cat"));

        Assert.Equal("bob"u8, second.Bytes(second.Slices[0].Key));
        Assert.Equal("cat"u8, third.Bytes(third.Slices[0].Key));
        Assert.Throws<ObjectDisposedException>(() => first.Slices.Length);
        Assert.Throws<ObjectDisposedException>(() => first.Bytes(0, 1).Length);
    }

    [Fact]
    public void Read_WhenSignalsAreInOrder_MakesNoObjectForEach()
    {
        var few = Message(10);
        var many = Message(1_000);

        // The first rounds compile and fill the pools; a collection may empty these again.
        var rounds = Enumerable.Range(0, 50).Select(_ => Allocated(few, many)).ToList();

        Assert.Equal(rounds.Min(round => round.OfFew), rounds.Min(round => round.OfMany));
    }

    private static byte[] Message(int count) => new RecordSignalsRequest
    {
        Signals = { Enumerable.Range(0, count).Select(i => Batches.Signal(one => (one.Id, one.Email) = ($"e{i}", "zoë@acme.com"))) },
    }.ToByteArray();

    private static (long OfFew, long OfMany) Allocated(byte[] few, byte[] many)
    {
        var start = GC.GetAllocatedBytesForCurrentThread();
        Batches.ReadRecord(few).Dispose();
        var middle = GC.GetAllocatedBytesForCurrentThread();
        Batches.ReadRecord(many).Dispose();
        return (middle - start, GC.GetAllocatedBytesForCurrentThread() - middle);
    }

    private static void AssertReadable(byte[] message, bool readable)
    {
        var ours = Record.Exception(() => Batches.ReadRecord(message).Dispose());
        var theirs = Record.Exception(() => RecordSignalsRequest.Parser.ParseFrom(message));

        Assert.Equal(readable, ours is null);
        Assert.Equal(readable, theirs is null);
    }

    private static ReadOnlySequence<byte> InPieces(byte[] message)
    {
        var first = new Piece(message.AsMemory(0, 1), null);
        var last = first;
        foreach (var chunk in message.Skip(1).Chunk(7))
            last = new Piece(chunk, last);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            Memory = memory;
            if (before is null)
                return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
