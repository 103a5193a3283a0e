using System.Buffers;
using System.Text;
using LeadGrains.Grains.Wire;

namespace LeadGrains.Grains.Signals;

/// <summary>
/// Makes a batch of signals whose contacts lead to others. Each is what was received with `contact_id` once more at its
/// end: of a field that comes twice the last one counts, so whoever reads it later finds the contact that it went to.
/// </summary>
internal static class OnwardSignals
{
    private const byte ContactIdTag = ((int)SignalField.ContactId << 3) | 2;
    private const int MaxFieldBytes = 1 + 2 + Limits.GrainIdBytes;

    /// <summary>The signals as a batch of their own, which need not be validated again.</summary>
    /// <param name="batch">What they came in; it may be disposed afterwards.</param>
    /// <param name="signals">Which of its slices, and where to.</param>
    /// <param name="partitionCount">Of the store.</param>
    public static SignalBatch Of(SignalBatch batch, IReadOnlyList<OnwardSignal> signals, int partitionCount)
    {
        var bound = 0;
        foreach (var signal in signals)
            bound += batch.Slices[signal.Slice].Signal.Length + MaxFieldBytes;
        var buffer = ArrayPool<byte>.Shared.Rent(bound);
        var slices = ArrayPool<SignalSlice>.Shared.Rent(signals.Count);
        var seed = KeyHash.Seed(batch.Workspace, GrainKind.Contact);
        var at = 0;
        for (var i = 0; i < signals.Count; i++)
        {
            slices[i] = Write(batch, signals[i], buffer, ref at);
            slices[i].KeyHash = KeyHash.Of(seed, slices[i].Key.In(buffer));
            slices[i].Partition = KeyHash.PartitionOf(slices[i].KeyHash, partitionCount);
        }

        return SignalBatch.Onward(batch, buffer, at, slices, signals.Count);
    }

    private static SignalSlice Write(SignalBatch batch, OnwardSignal onward, byte[] buffer, ref int at)
    {
        var slice = batch.Slices[onward.Slice];
        var moved = at - slice.Signal.Offset;
        batch.Bytes(slice.Signal).CopyTo(buffer.AsSpan(at));
        var end = at + slice.Signal.Length;
        buffer[end++] = ContactIdTag;
        var length = Encoding.UTF8.GetByteCount(onward.Into);
        if (length >= 0x80)
            buffer[end++] = (byte)(length | 0x80);
        buffer[end++] = (byte)(length >= 0x80 ? length >> 7 : length);
        Encoding.UTF8.GetBytes(onward.Into, buffer.AsSpan(end));
        slice.Key = new ByteRange(end, length);
        end += length;
        slice.Signal = new ByteRange(at, end - at);
        slice.Type = Moved(slice.Type, moved);
        slice.AccountId = Moved(slice.AccountId, moved);
        slice.Email = Moved(slice.Email, moved);
        at = end;
        return slice;
    }

    private static ByteRange Moved(ByteRange range, int by) => range.IsEmpty ? range : new ByteRange(range.Offset + by, range.Length);
}

/// <summary>A signal whose contact leads to another one.</summary>
/// <param name="Slice">Its place among the slices of its batch.</param>
/// <param name="Into">The contact that it goes to instead.</param>
internal readonly record struct OnwardSignal(int Slice, string Into);
