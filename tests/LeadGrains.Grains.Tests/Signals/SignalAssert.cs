using System.Text;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Grains.Tests.Signals;

/// <summary>One signal, seen in its batch and again as it is stored.</summary>
internal static class SignalAssert
{
    public static void Is(ExpectedSignal expected, int index, SignalBatch batch, in SignalSlice slice)
    {
        Assert.Equal(index, slice.Index);
        Assert.Equal(expected.Bytes, batch.Bytes(slice.Signal));
        Assert.Equal(expected.Kind, slice.Kind);
        Assert.Equal(expected.Key, batch.Bytes(slice.Key));
        Assert.Equal(expected.Type, batch.Bytes(slice.Type));
        Assert.Equal(expected.AccountId, batch.Bytes(slice.AccountId));
        Assert.Equal(expected.Email, batch.Bytes(slice.Email));
        Assert.Equal(expected.ScoringInstant, slice.ScoringInstant);
        Assert.Equal(SeenHash.Of(expected.Source, expected.Id), slice.SeenHash);
        Assert.Equal(KeyHash.Of("default"u8, expected.Kind, expected.Key), slice.KeyHash);
        Assert.Equal(KeyHash.PartitionOf(slice.KeyHash, Batches.Partitions), slice.Partition);
        SameWhenStored(batch, slice);
        HasAttributes(expected, batch.Bytes(slice.Signal));
    }

    private static void SameWhenStored(SignalBatch batch, in SignalSlice slice)
    {
        Assert.True(SignalView.TryRead(batch.Bytes(slice.Signal), batch.ReceivedAt, out var view));
        Assert.Equal(batch.Bytes(slice.Signal), view.Signal);
        Assert.Equal(slice.Kind, view.Kind);
        Assert.Equal(batch.Bytes(slice.Key), view.Key);
        Assert.Equal(batch.Bytes(slice.Type), view.Type);
        Assert.Equal(batch.Bytes(slice.AccountId), view.AccountId);
        Assert.Equal(batch.Bytes(slice.Email), view.Email);
        Assert.Equal(slice.ScoringInstant, view.ScoringInstant);
        Assert.Equal(slice.SeenHash, view.SeenHash);
    }

    private static void HasAttributes(ExpectedSignal expected, ReadOnlySpan<byte> signal)
    {
        var attributes = new SignalAttributes(signal);
        foreach (var (name, value) in expected.Attributes)
        {
            Assert.True(attributes.TryGet(Encoding.Latin1.GetBytes(name), out var found));
            Assert.Equal(value, found);
        }

        Assert.False(attributes.TryGet("no such name"u8, out _));
    }
}
