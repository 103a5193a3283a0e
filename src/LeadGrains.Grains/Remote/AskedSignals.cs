using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Remote;

/// <summary>
/// Records signals that came in at other nodes. They wait for room, one batch behind the other, so that they keep their
/// order: how many wait is bounded by what a node lets be under way to another.
/// </summary>
internal sealed class AskedSignals(TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _order = new(1, 1);

    public async Task<IMessage> RunAsync(ReadOnlyMemory<byte> fields, LoopGroup loops, CancellationToken cancellationToken)
    {
        using var batch = SignalsWire.Read(fields, loops.PartitionCount);
        loops.Context.NotBefore(batch.ReceivedAt);
        // What follows an answer only writes it down for the other node: at a call a signal, to have the pool do that took
        // longer than the answer, and those of a turn went in several messages.
        var parts = SignalParts.Split(batch, loops, endOnLoop: true);
        try
        {
            var posted = await PostAsync(parts, loops, cancellationToken).ConfigureAwait(false);
            // The batch's bytes are in use until every loop has answered.
            var outcome = await (posted == 1 ? parts[0].Request.Done : SignalParts.OutcomeAsync(parts, posted)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return AnswerOf(parts, outcome);
        }
        finally
        {
            foreach (var part in parts)
                part.Request.Dispose();
        }
    }

    public void Dispose() => _order.Dispose();

    private async Task<int> PostAsync(SignalPart[] parts, LoopGroup loops, CancellationToken cancellationToken)
    {
        await _order.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await SignalParts.PostAsync(parts, loops, clock, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _order.Release();
        }
    }

    private static SignalsAnswer AnswerOf(SignalPart[] parts, RecordOutcome outcome)
    {
        var answer = new SignalsAnswer { Recorded = outcome.Recorded, Duplicates = outcome.Duplicates };
        foreach (var signal in SignalParts.OnwardOf(parts) ?? [])
            answer.Onward.Add(new Onward { Index = (uint)signal.Slice, Into = signal.Into });
        foreach (var index in SignalParts.MovedOf(parts) ?? [])
            answer.Moved.Add((uint)index);
        return answer;
    }
}
