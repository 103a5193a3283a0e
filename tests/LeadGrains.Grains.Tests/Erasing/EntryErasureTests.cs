using Google.Protobuf;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Erasing;
using LeadGrains.Journal.V1;
using LeadGrains.V1;

namespace LeadGrains.Grains.Tests.Erasing;

public sealed class EntryErasureTests
{
    private static readonly Tombstone Ann = new(1);
    private static readonly Tombstone Cookie = new(2);

    [Fact]
    public void Erase_WhenABlockHasMany_ErasesThePersonsAloneAndLeavesAllElseByteForByte()
    {
        Entry[] entries =
        [
            Of(1, new Signal { Id = "1", ContactId = "ann", Type = "x", Email = "ann@acme.com" }),
            Of(2, new Signal { Id = "1", ContactId = "anna", Type = "x", Email = "anna@acme.com" }),
            Of(3, new Signal { Id = "1", AccountId = "ann", Type = "x" }),
            Of(4, "ann", upsert: "home@ann.net"),
            Of(5, "bob", upsert: "ann"),
            Of(6, new Signal { Id = "2", ContactId = "ann", Type = "x" }, workspace: "other"),
            Of(7, new Signal { Id = "2", ContactId = "cookie", Type = "x" }),
            new Entry { Sequence = 8, Kind = Journal.V1.GrainKind.Contact, GrainId = "cookie", ReceivedAtTicks = 9, MergeStarted = new MergeStarted { IntoContactId = "ann" } },
            new Entry { Sequence = 9, Kind = Journal.V1.GrainKind.Contact, GrainId = "ann", ReceivedAtTicks = 9, SignalsMerged = Merged() },
            Erased(10, "ann", Ann, "ann", "cookie"),
            Erased(11, "cookie", Cookie),
        ];
        var block = BlockOf(entries);
        var before = block.ToArray();
        var first = new EntryErasure(Ids(), leavesName: true);
        Assert.True(first.MayConcern(block));
        Assert.Equal(6, first.Erase(block));
        Assert.Equal(["ann@acme.com", "home@ann.net", "mobile@ann.net", "old@ann.net"], first.Emails.Order(StringComparer.Ordinal));
        Check(block, before, left: [2, 3, 5, 6, 10]);
        Assert.Equal(Cookie.ToArray(), Find(block, 11).Erased.Tombstone.ToByteArray());

        Assert.Equal(1, new EntryErasure(Ids(), leavesName: false).Erase(block));
        Check(block, before, left: [2, 3, 5, 6]);
        Assert.Equal(Ann.ToArray(), Find(block, 10).Erased.Tombstone.ToByteArray());
        Assert.Empty(Find(block, 10).Erased.ContactIds);
        Assert.Equal(0, new EntryErasure(Ids(), leavesName: false).Erase(block));
        Assert.False(block.AsSpan().IndexOf("cookie"u8) >= 0);
    }

    [Fact]
    public void Erase_WhenASignalWasSentOnFromAnotherId_ErasesItWhereItWent()
    {
        // Of a field that comes twice the last one counts.
        var sent = new Signal { Id = "1", ContactId = "cookie", Type = "x" }.ToByteArray();
        var onward = new Signal { ContactId = "ann" }.ToByteArray();
        var entry = new Entry { Sequence = 1, ReceivedAtTicks = 9, Signal = ByteString.CopyFrom([.. sent, .. onward]) };
        var block = BlockOf(entry);
        Assert.Equal(1, new EntryErasure(Ids(), leavesName: true).Erase(block));
        Assert.False(block.AsSpan().IndexOf("cookie"u8) >= 0);
    }

    [Fact]
    public void Erase_WhenManyWereLetGoOf_LeavesWhatCameAfterwardsAndNothingElseOfThem()
    {
        var ids = Enumerable.Range(0, 100).Select(number => new ErasedId(new GrainKey("default", GrainKind.Contact, $"person-{number:00}"), Tombstone: null, Through: 3)).ToArray();
        var block = BlockOf(
            Of(1, new Signal { Id = "1", ContactId = "person-07", Type = "x" }),
            Of(2, new Signal { Id = "1", ContactId = "person-07-other", Type = "x" }),
            new Entry { Sequence = 3, Kind = Journal.V1.GrainKind.Contact, GrainId = "person-07", ReceivedAtTicks = 9, Erased = new Erased { MayReturn = true, ContactIds = { "person-07" } } },
            Of(4, new Signal { Id = "2", ContactId = "person-07", Type = "x" }));
        var before = block.ToArray();
        var erasure = new EntryErasure(ids, leavesName: false);
        Assert.Empty(erasure.Marks);
        Assert.True(erasure.MayConcern(block));
        Assert.Equal(2, erasure.Erase(block));
        Check(block, before, left: [2, 4]);
        Assert.Empty(Find(block, 3).Erased.Tombstone);
        Assert.False(erasure.MayConcern(block));
    }

    private static ErasedId[] Ids() =>
    [
        new(new GrainKey("default", GrainKind.Contact, "ann"), Ann), new(new GrainKey("default", GrainKind.Contact, "cookie"), Cookie),
    ];

    private static SignalsMerged Merged() => new()
    {
        FromContactId = "cookie",
        Signals = { new MergedSignal { Signal = new Signal { Id = "2", ContactId = "cookie", Type = "x", Email = "mobile@ann.net" }.ToByteString() } },
        Facts = new MergedFacts { Email = "old@ann.net" },
    };

    private static Entry Erased(ulong sequence, string id, Tombstone tombstone, params string[] ids) => new()
    {
        Sequence = sequence,
        Kind = Journal.V1.GrainKind.Contact,
        GrainId = id,
        ReceivedAtTicks = 1_000_000_000_000,
        Erased = new Erased { Tombstone = ByteString.CopyFrom(tombstone.ToArray()), ContactIds = { ids } },
    };

    private static Entry Of(ulong sequence, Signal signal, string workspace = "") =>
        new() { Sequence = sequence, PreviousSequence = sequence - 1, ReceivedAtTicks = 1_000_000_000_000, Workspace = workspace, Signal = signal.ToByteString() };

    private static Entry Of(ulong sequence, string id, string upsert) => new()
    {
        Sequence = sequence,
        Kind = Journal.V1.GrainKind.Contact,
        GrainId = id,
        ReceivedAtTicks = 1_000_000_000_000,
        ContactUpserted = new ContactUpserted { Email = upsert },
    };

    private static byte[] BlockOf(params Entry[] entries)
    {
        using var buffer = new PooledBuffer();
        foreach (var entry in entries)
            EntryWriter.Write(buffer, entry);
        return buffer.WrittenSpan.ToArray();
    }

    private static Entry Find(byte[] block, long sequence)
    {
        var reader = new EntryReader(block);
        while (reader.TryRead(out var entry))
        {
            if (entry.Sequence == sequence)
                return entry.Parse();
        }

        throw new InvalidOperationException($"no entry {sequence}");
    }

    // Every entry keeps its place, its length and its sequence.
    private static void Check(byte[] block, byte[] before, long[] left)
    {
        Assert.Equal(before.Length, block.Length);
        var now = new EntryReader(block);
        var then = new EntryReader(before);
        while (then.TryRead(out var old))
        {
            Assert.True(now.TryRead(out var entry));
            Assert.Equal((old.Sequence, old.Bytes.Length), (entry.Sequence, entry.Bytes.Length));
            Assert.Equal(left.Contains(old.Sequence), entry.Bytes.SequenceEqual(old.Bytes));
            Assert.True(left.Contains(old.Sequence) || entry.BodyCase == Entry.BodyOneofCase.Erased, $"entry {old.Sequence}");
        }
    }
}
