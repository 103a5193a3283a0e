using System.Buffers;
using System.Diagnostics;
using LeadGrains.Grains.Remote;
using LeadGrains.Grains.Tracing;

namespace LeadGrains.Grains.Partitions;

/// <summary>
/// Something that the partitions of one lane are asked to do. A request goes through its loop's turn: sequenced,
/// journalled with all others of the turn, and applied once that is durable. Reads have nothing to sequence and
/// wait their turn behind the writes before them.
/// </summary>
public abstract class PartitionRequest
{
    /// <summary>
    /// How much of the lane's bounded queue it takes: its signals or items. 0 for what loops tell each other, which
    /// is bounded by its own rules and must never wait for room.
    /// </summary>
    internal abstract int Weight { get; }

    /// <summary>The span of the call that asks, where it is sampled; else null.</summary>
    internal Activity? Asked { get; } = Spans.Asking;

    /// <summary>
    /// Runs as soon as it is taken and not behind the turns before it: what is derived and never journalled.
    /// </summary>
    internal virtual bool IsExpress => false;

    /// <summary>
    /// Whether it is about the grains of the loops that tell it each other, as they are scored there: other loops that
    /// take their place do not want it.
    /// </summary>
    internal virtual bool IsBetweenLoops => IsExpress;

    /// <summary>Has the processor fetch where a look for its grains' keys begins; <see cref="Sequence"/> comes soon.</summary>
    internal virtual void FetchCells(PartitionLoop loop)
    {
    }

    /// <summary>Has the processor fetch the keys themselves, once <see cref="FetchCells"/> has come through.</summary>
    internal virtual void FetchKeys(PartitionLoop loop)
    {
    }

    /// <summary>
    /// Whether all that it is about is driven here. Asked where partitions come and go, before anything is done of it: else
    /// it fails with <see cref="PartitionMovedException"/>.
    /// </summary>
    internal virtual bool IsFor(PartitionMap map) => true;

    /// <summary>Gives sequences to its entries and writes them into the turn. Decides nothing.</summary>
    internal virtual void Sequence(PartitionLoop loop, Turn turn)
    {
    }

    /// <summary>Changes or reads state, and answers.</summary>
    internal abstract void Apply(PartitionLoop loop);

    /// <summary>As <see cref="Apply"/>, outside of a turn, which would fail it: who waits for it is told here.</summary>
    internal void ApplyAlone(PartitionLoop loop)
    {
        try
        {
            Apply(loop);
        }
        catch (Exception failure)
        {
            Fail(new PartitionUnavailableException("The partition has stopped. What was acknowledged is in the journal.", failure));
            throw;
        }
    }

    /// <summary>Ends it without having been done, or without knowing whether it was.</summary>
    internal abstract void Fail(Exception failure);

    /// <summary>What it is on the way to another node.</summary>
    internal virtual RequestKind Kind => RequestKind.None;

    /// <summary>Its fields, as <see cref="Kind"/> has them, for another node that does it there.</summary>
    internal virtual void WriteTo(IBufferWriter<byte> fields) => throw new NotSupportedException($"{GetType().Name} does not travel.");

    /// <summary>Completes it with what the other node answered.</summary>
    internal virtual void TakeAnswer(ReadOnlyMemory<byte> answer) => throw new NotSupportedException($"{GetType().Name} does not travel.");

    /// <summary>It went to another node.</summary>
    internal bool IsAway { get; private set; }

    /// <summary>Whether other nodes can be asked to do it.</summary>
    public bool Travels => Kind != RequestKind.None;

    /// <summary>How much room it takes on its way, as in a loop's queue; 0 for what must never wait for room.</summary>
    public int Load => Weight;

    /// <summary>It is answered when something has come about, however long that takes.</summary>
    public virtual bool TakesItsTime => false;

    /// <summary>Writes it as <see cref="GrainNode.AskAsync"/> of another node reads it. Nothing of it is used afterwards but by its end.</summary>
    public void Write(IBufferWriter<byte> request)
    {
        IsAway = true;
        if (Asked is not null)
            TracedRequest.WritePrefix(request, Asked.Context);
        request.GetSpan(1)[0] = (byte)Kind;
        request.Advance(1);
        WriteTo(request);
    }

    /// <summary>Ends it with what <see cref="GrainNode.AskAsync"/> of the other node gave.</summary>
    public void Complete(ReadOnlyMemory<byte> answer)
    {
        try
        {
            if (Answers.FailureIn(answer) is { } failure)
                Fail(failure);
            else
                TakeAnswer(Answers.FieldsOf(answer));
        }
#pragma warning disable CA1031 // Whatever is wrong with the answer, who waits for it must hear of it.
        catch (Exception damaged)
#pragma warning restore CA1031
        {
            Break(new PartitionUnavailableException("Another node's answer cannot be read.", damaged));
            if (!Answers.IsDamage(damaged))
                throw;
        }
    }

    /// <summary>Ends it on its way: nobody knows whether it was done, but for a <see cref="PartitionMovedException"/>.</summary>
    public void Break(Exception reason) => Fail(reason);
}
