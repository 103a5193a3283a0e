using Grpc.Core;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Loading.Traffic;

namespace LeadGrains.Host.Loading;

/// <summary>Sends one stream's signals, in order, until its time or its number is reached.</summary>
internal sealed class LoadStream(LoadPlan plan, LoadSettings settings, int stream, LoadTally tally)
{
    /// <summary>At a given rate the transport's flow control holds the sender back, not this.</summary>
    private const int OpenWindow = 4_096;

    private readonly BatchEncoder _encoder = new(plan, settings.Seed);
    private long _sent;

    public LoadTally Tally => tally;

    /// <summary>Signals sent so far, answered or not. The signals of the stream's plan up to this number.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Why the stream ended early; null while it did not.</summary>
    public RpcException? Fault { get; private set; }

    /// <summary>Runs to the end. A failed call is kept in <see cref="Fault"/>.</summary>
    /// <param name="invoker">The server.</param>
    /// <param name="pacing">When each batch is due.</param>
    /// <param name="limit">The most signals.</param>
    /// <param name="isOver">Whether a batch that is due now comes too late.</param>
    /// <param name="cancellationToken">Ends the stream at once.</param>
    public async Task RunAsync(CallInvoker invoker, Pacing pacing, long limit, Func<long, bool> isOver, CancellationToken cancellationToken)
    {
        var buffer = new EncodedBatch(new byte[_encoder.MaxBytes(settings.Batch)]);
        var numbers = new long[settings.Batch];
        try
        {
            using var pipeline = new BatchPipeline<EncodedBatch, LoadBatch>(
                EncodedStream.Open(invoker, cancellationToken), settings.Rate is null ? settings.Window : OpenWindow, tally.Add);
            for (long batch = 0; _sent < limit; batch++)
            {
                var due = await pacing.WaitAsync(batch, cancellationToken);
                if (isOver(due))
                {
                    break;
                }

                var signals = (int)Math.Min(settings.Batch, limit - _sent);
                Encode(buffer, numbers.AsSpan(0, signals), (ulong)batch);
                await pipeline.SendAsync((ulong)batch, buffer, new LoadBatch(due, signals), cancellationToken);
                Volatile.Write(ref _sent, _sent + signals);
            }

            await pipeline.CompleteAsync();
        }
        catch (RpcException fault)
        {
            Fault = fault;
        }
    }

    private void Encode(EncodedBatch buffer, Span<long> numbers, ulong batch)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = _sent + i;
        }

        _encoder.Write(buffer, batch, settings.AckLevel, stream, numbers);
    }
}
