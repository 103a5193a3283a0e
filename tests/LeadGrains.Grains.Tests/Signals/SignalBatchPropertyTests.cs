using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using LeadGrains.Grains.Signals;
using LeadGrains.Grains.Tests.Signals.Raw;
using LeadGrains.V1;

namespace LeadGrains.Grains.Tests.Signals;

/// <summary>
/// The reader against Google.Protobuf's parser. That one reads the messages twice: as <see cref="RawSignal"/>, where
/// texts are bytes, so that it says what is on the wire; and as the API's own <see cref="Signal"/>, which differs from
/// our reader in two ways, both meant:
/// <list type="bullet">
/// <item>where a text is not UTF-8 it puts U+FFFD for what it cannot read (parsers of other languages throw), so two
/// people's ids could become one. We reject that signal alone;</item>
/// <item>inside a map entry it passes over a tag of wire type 6 or 7, which do not exist. We refuse the message, as it
/// does itself everywhere else.</item>
/// </list>
/// </summary>
public sealed class SignalBatchPropertyTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(4_000);

    [Fact]
    public void Read_WhenAnyRecordRequestComes_GivesWhatProtobufReads() => Check.One(Thorough, Prop.ForAll(
        MessageGenerator.Messages(signalsField: 1),
        message =>
        {
            var raw = Parsed(RawRecordRequest.Parser, message);
            Compare(Request(message, SignalMessage.RecordRequest), raw?.Signals, raw?.AckLevel ?? 0, batchNumber: 0);
        }));

    [Fact]
    public void Read_WhenAnyStreamRequestComes_GivesWhatProtobufReads() => Check.One(Thorough, Prop.ForAll(
        MessageGenerator.Messages(signalsField: 2),
        message =>
        {
            var raw = Parsed(RawStreamRequest.Parser, message);
            Compare(Request(message, SignalMessage.StreamRequest), raw?.Signals, raw?.AckLevel ?? 0, raw?.Batch ?? 0);
        }));

    [Fact]
    public void Read_WhenTheGeneratedParserReads_AgreesWithIt() => Check.One(Thorough, Prop.ForAll(
        MessageGenerator.Messages(signalsField: 2),
        message =>
        {
            var generated = Parsed(StreamSignalsRequest.Parser, message);
            var raw = Parsed(RawStreamRequest.Parser, message)?.Signals.Select(Expected).ToList();
            var refused = raw is null || raw.Contains(null);
            if (generated is null)
                Assert.True(refused);
            else if (refused)
                Assert.Contains(generated.Signals, signal => signal.Attributes.Count > 0);
            else
                Assert.All(generated.Signals.Zip(raw!), pair => AssertSame(pair.First, pair.Second!));
        }));

    [Fact]
    public void Read_WhenATextIsNotUtf8_RejectsWhereTheGeneratedParserReplaces()
    {
        var signal = WireBytes.Join(Batches.Signal().ToByteArray(), WireBytes.Bytes(4, [0xFF]));
        using var batch = Batches.ReadOne(signal);

        Assert.Equal("\uFFFD", Signal.Parser.ParseFrom(signal).ContactId);
        Assert.Equal("contact_id", Assert.Single(batch.Rejections).Field);
    }

    [Fact]
    public void Read_WhenAnAttributeHasAWireTypeThatDoesNotExist_RefusesWhereTheGeneratedParserPassesOver()
    {
        var signal = WireBytes.Join(Batches.Signal().ToByteArray(), WireBytes.Bytes(8, WireBytes.Tag(3, 7)));

        Assert.Single(Signal.Parser.ParseFrom(signal).Attributes);
        Assert.Throws<SignalBatchException>(() => Batches.ReadOne(signal));
    }

    private static (SignalBatch? Batch, SignalBatchException? Fault) Request(byte[] message, SignalMessage shape)
    {
        try
        {
            return (SignalBatch.Read(new ReadOnlySequence<byte>(message), shape), null);
        }
        catch (SignalBatchException fault)
        {
            return (null, fault);
        }
    }

    private static void Compare((SignalBatch? Batch, SignalBatchException? Fault) read, IEnumerable<ByteString>? signals, int ackLevel, ulong batchNumber)
    {
        var expected = signals?.Select(Expected).ToList();
        if (expected is null || expected.Contains(null))
        {
            Assert.Equal("", read.Fault?.Field);
            return;
        }

        if (ackLevel is < 0 or > 2)
        {
            Assert.Equal("ack_level", read.Fault?.Field);
            return;
        }

        Assert.Null(read.Fault);
        using var batch = read.Batch!;
        batch.Validate(Batches.ReceivedAt, Workspaces.Default, Batches.Partitions);
        Assert.Equal(expected.Count, batch.Total);
        Assert.Equal(batchNumber, batch.BatchNumber);
        Assert.Equal(ackLevel == 2 ? LeadGrains.Grains.AckLevel.Ranked : LeadGrains.Grains.AckLevel.Recorded, batch.AckLevel);
        CompareSignals(batch, expected!);
    }

    private static void CompareSignals(SignalBatch batch, List<ExpectedSignal> expected)
    {
        var rejected = batch.Rejections.ToDictionary(rejection => rejection.Index);
        Assert.Equal(batch.Rejections.Select(rejection => rejection.Index).Order(), batch.Rejections.Select(rejection => rejection.Index));
        var next = 0;
        for (var index = 0; index < expected.Count; index++)
        {
            if (expected[index].Faults.Count > 0)
                Assert.Contains((rejected[index].Reason, rejected[index].Field), expected[index].Faults);
            else
                SignalAssert.Is(expected[index], index, batch, batch.Slices[next++]);
        }

        Assert.Equal(next, batch.Slices.Length);
        Assert.Equal(expected.Count, next + rejected.Count);
    }

    private static ExpectedSignal? Expected(ByteString bytes)
    {
        try
        {
            return ExpectedSignal.Of(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    // It throws InvalidOperationException where a group is cut off inside a map entry.
    private static T? Parsed<T>(MessageParser<T> parser, byte[] message)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(message);
        }
        catch (Exception fault) when (fault is InvalidProtocolBufferException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void AssertSame(Signal generated, ExpectedSignal raw)
    {
        Assert.Equal(generated.Id, ByteString.CopyFrom(raw.Id).ToStringUtf8());
        Assert.Equal(generated.Source, ByteString.CopyFrom(raw.Source).ToStringUtf8());
        Assert.Equal(generated.Type, ByteString.CopyFrom(raw.Type).ToStringUtf8());
        Assert.Equal(generated.ContactId.Length > 0 ? generated.ContactId : generated.AccountId, ByteString.CopyFrom(raw.Key).ToStringUtf8());
        Assert.Equal(generated.AccountId, ByteString.CopyFrom(raw.AccountId).ToStringUtf8());
        Assert.Equal(generated.Email, ByteString.CopyFrom(raw.Email).ToStringUtf8());
        Assert.Equal(generated.OccurredAt, raw.Raw.OccurredAt);
        foreach (var (name, value) in raw.Attributes.Where(pair => ExpectedSignal.IsUtf8(Encoding.Latin1.GetBytes(pair.Key))))
            Assert.Equal(generated.Attributes[Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(name))], ByteString.CopyFrom(value).ToStringUtf8());
    }
}
