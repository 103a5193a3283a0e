using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Erasing;
using LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Tests.Erasing;

public sealed class ErasedRoomTests
{
    private static readonly Tombstone Kept = new(((UInt128)0x1122_3344_5566_7788 << 64) | 0x99AA_BBCC_DDEE_FF00);

    // The shortest that an entry can be, and every place where a length takes one byte more.
    [Fact]
    public void Write_WhenOfAnyLength_IsReadAsAnErasedEntryOfThatSequenceAndHoldsNothingElse()
    {
        int[] lengths = [.. Enumerable.Range(24, 400), .. Enumerable.Range(16_384 - 60, 120), .. Enumerable.Range(2_097_152 + 2, 16)];
        foreach (var length in lengths)
        {
            Check(length, sequence: 1, tombstone: null);
            Check(length, sequence: 77, length < 40 ? null : Kept);
            Check(length, sequence: 1L << 34, length < 40 ? null : Kept);
        }
    }

    [Fact]
    public void Write_WhenTheEntryIsTooShort_SaysSo() =>
        Assert.Throws<InvalidOperationException>(() => ErasedRoom.Write(new byte[7], 1, tombstone: null));

    private static void Check(int length, long sequence, Tombstone? tombstone)
    {
        var entry = new byte[length];
        Array.Fill(entry, (byte)0xA7);
        ErasedRoom.Write(entry, sequence, tombstone);
        Assert.True(EntryView.TryRead(entry, out var view), $"length {length}");
        Assert.Equal((sequence, Entry.BodyOneofCase.Erased, GrainKind.None, 0L), (view.Sequence, view.BodyCase, view.Kind, view.PreviousSequence));
        var parsed = view.Parse();
        Assert.Equal(tombstone?.ToArray() ?? [], parsed.Erased.Tombstone.ToByteArray());
        Assert.False(parsed.Room.Span.ContainsAnyExcept((byte)0));
        Assert.Equal("", parsed.GrainId);
    }
}
