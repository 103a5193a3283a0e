using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Tests.Signals;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Entries;

public sealed class EntryTests
{
    private static readonly Gen<long> Numbers = Gen.OneOf(
        Gen.Choose(0, 300).Select(value => (long)value), Gen.Elements<long>(0, 127, 128, 16_383, 16_384, 1L << 35, long.MaxValue));

    private static readonly Gen<long> Ticks = Gen.OneOf(Numbers, Gen.Elements<long>(long.MinValue, -1, 17_672_256_000_000_000));

    [Fact]
    public void WriteSignal_WhenAnyFieldsAreGiven_WritesWhatTheGeneratedTypeWrites() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1_000),
        Prop.ForAll(
            Arb.From(
                from sequence in Numbers
                from previous in Numbers
                from receivedAt in Ticks
                from workspace in Gen.Elements("", "acme", "ü", new string('w', 128))
                from length in Gen.Elements(0, 1, 127, 128, 20_000)
                select new Entry
                {
                    Sequence = (ulong)sequence,
                    PreviousSequence = (ulong)previous,
                    ReceivedAtTicks = receivedAt,
                    Workspace = workspace,
                    Signal = ByteString.CopyFrom(new byte[length]),
                }),
            entry =>
            {
                using var generated = new MemoryStream();
                entry.WriteDelimitedTo(generated);
                using var buffer = new PooledBuffer(1);

                WriteSignal(buffer, entry);

                Assert.Equal(generated.ToArray(), buffer.WrittenSpan.ToArray());
            }));

    [Fact]
    public void WriteSignal_WhenTheWorkspaceIsTheDefault_LeavesItOut()
    {
        using var buffer = new PooledBuffer();
        EntryWriter.WriteSignal(buffer, 1, 0, new Instant(5), "default"u8, "s"u8);

        var reader = new EntryReader(buffer.WrittenSpan);

        Assert.True(reader.TryRead(out var entry));
        Assert.Equal("", entry.Parse().Workspace);
        Assert.Equal("default"u8, entry.Workspace);
    }

    [Fact]
    public void TryRead_WhenEntriesWereWritten_GivesThemInOrder() => Prop.ForAll(
        Arb.From(Entries().ListOf()),
        entries =>
        {
            using var buffer = new PooledBuffer();
            foreach (var entry in entries)
                Write(buffer, entry);

            var reader = new EntryReader(buffer.WrittenSpan);
            foreach (var entry in entries)
            {
                Assert.True(reader.TryRead(out var view));
                AssertSame(entry, view);
            }

            Assert.False(reader.TryRead(out _));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryRead_WhenBytesAreDamaged_GivesWhatProtobufReads() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3_000),
        Prop.ForAll(
            Arb.From(
                from entry in Entries()
                from at in Gen.Choose(0, entry.CalculateSize() - 1)
                from value in Gen.Choose(0, 255)
                from cut in Gen.Choose(0, 3)
                select Damaged(entry.ToByteArray(), at, (byte)value, cut == 0)),
            bytes =>
            {
                var expected = Parsed(bytes);
                if (expected is not null)
                {
                    Assert.True(EntryView.TryRead(bytes, out var view));
                    AssertSame(expected, view);
                }
            }));

    // Sequence 1, then a field that lies among the bodies' numbers and is none.
    [Fact]
    public void TryRead_WhenANumberAmongTheBodiesIsReserved_SkipsIt()
    {
        byte[] bytes = [0x08, 0x01, 0xB2, 0x01, 0x00];
        Assert.True(EntryView.TryRead(bytes, out var view));
        AssertSame(Parsed(bytes)!, view);
    }

    [Theory]
    [InlineData("05")]
    [InlineData("0208")]
    [InlineData("020807AA")]
    [InlineData("0100")]
    public void TryRead_WhenTheBlockIsNone_Throws(string hex) => Assert.Throws<JournalDamagedException>(() =>
    {
        var reader = new EntryReader(Convert.FromHexString(hex));
        while (reader.TryRead(out _))
        {
        }
    });

    [Fact]
    public void TryRead_WhenALaterVersionAddedFields_PassesOverThem()
    {
        var entry = new Entry { Sequence = 3, ModelActivated = new ModelActivated { ModelVersion = 2 } };
        byte[] bytes = [.. WireBytes.Text(99, "new"), .. entry.ToByteArray(), .. WireBytes.Group(40, WireBytes.Number(1, 1)), .. WireBytes.Number(41, 5)];

        Assert.True(EntryView.TryRead(bytes, out var view));
        Assert.Equal(3, view.Sequence);
        Assert.Equal(Entry.BodyOneofCase.ModelActivated, view.BodyCase);
        Assert.Equal(2u, view.Parse().ModelActivated.ModelVersion);
    }

    [Fact]
    public void TryRead_WhenAnotherBodyFollowsASignal_TakesTheLast()
    {
        byte[] bytes = [.. new Entry { Signal = ByteString.CopyFromUtf8("s") }.ToByteArray(), .. new Entry { DomainClaimed = new() }.ToByteArray()];

        Assert.True(EntryView.TryRead(bytes, out var view));
        AssertSame(Entry.Parser.ParseFrom(bytes), view);
    }

    private static Gen<Entry> Entries() =>
        from sequence in Numbers
        from previous in Numbers
        from receivedAt in Ticks
        from workspace in Gen.Elements("", "default", "acme")
        from kind in Gen.Elements(Journal.V1.GrainKind.Unspecified, Journal.V1.GrainKind.Contact, Journal.V1.GrainKind.Account)
        from grain in Gen.Elements("", "ann", "acme.com", "名前")
        from body in Gen.Choose(0, 8)
        select WithBody(
            new Entry
            {
                Sequence = (ulong)sequence | 1,
                PreviousSequence = (ulong)previous,
                ReceivedAtTicks = receivedAt,
                Workspace = workspace,
                Kind = kind,
                GrainId = grain,
            },
            body);

    private static Entry WithBody(Entry entry, int body)
    {
        Action set = body switch
        {
            0 => () => entry.Signal = ByteString.CopyFromUtf8("signal"),
            1 => () => entry.ContactUpserted = new ContactUpserted { Email = "a@b.c", Traits = { new TraitChange { Name = "title" } } },
            2 => () => entry.AccountUpserted = new AccountUpserted { Name = "Acme", Domains = { "acme.com" } },
            3 => () => entry.StageChanged = new StageChanged { FromStage = "a", ToStage = "b", AtTicks = -5, Cause = StageCause.Decay },
            4 => () => entry.AccountMoved = new AccountMoved { FromAccountId = "a", ToAccountId = "b" },
            5 => () => entry.DomainClaimed = new DomainClaimed { ByAccountId = "a" },
            6 => () => entry.DomainReleased = new DomainReleased(),
            7 => () => entry.ModelActivated = new ModelActivated { ModelVersion = 1 },
            _ => () => entry.Signal = ByteString.Empty,
        };
        set();
        return entry;
    }

    private static void Write(PooledBuffer buffer, Entry entry)
    {
        if (entry.HasSignal && entry.GrainId.Length == 0 && entry.Kind == Journal.V1.GrainKind.Unspecified)
            WriteSignal(buffer, entry);
        else
            EntryWriter.Write(buffer, entry);
    }

    private static void WriteSignal(PooledBuffer buffer, Entry entry) => EntryWriter.WriteSignal(
        buffer,
        (long)entry.Sequence,
        (long)entry.PreviousSequence,
        new Instant(entry.ReceivedAtTicks),
        ByteString.CopyFromUtf8(entry.Workspace).Span,
        entry.Signal.Span);

    private static byte[] Damaged(byte[] bytes, int at, byte value, bool cut)
    {
        bytes[at] = value;
        return cut ? bytes[..at] : bytes;
    }

    private static Entry? Parsed(byte[] bytes)
    {
        try
        {
            return Entry.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static void AssertSame(Entry entry, EntryView view)
    {
        Assert.Equal(entry.Sequence, (ulong)view.Sequence);
        Assert.Equal(entry.PreviousSequence, (ulong)view.PreviousSequence);
        Assert.Equal(entry.ReceivedAtTicks, view.ReceivedAt.Ticks);
        Assert.Equal(entry.Workspace.Length == 0 ? "default" : entry.Workspace, ByteString.CopyFrom(view.Workspace).ToStringUtf8());
        Assert.Equal((byte)entry.Kind, (byte)view.Kind);
        Assert.Equal(entry.GrainId, ByteString.CopyFrom(view.GrainId).ToStringUtf8());
        Assert.Equal(entry.BodyCase, view.BodyCase);
        Assert.Equal(entry.HasSignal ? entry.Signal : ByteString.Empty, ByteString.CopyFrom(view.Signal));
        if (entry.Workspace != "default")
            Assert.Equal(entry, view.Parse());
    }
}
