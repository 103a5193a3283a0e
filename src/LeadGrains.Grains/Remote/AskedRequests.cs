using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Remote;

/// <summary>Does what other nodes ask, on the loops of this one: split there once more, by what splits it for callers.</summary>
/// <param name="loops">The loops of now.</param>
/// <param name="merges">Decides merges, if it is this node that does.</param>
/// <param name="clock">The node's.</param>
internal sealed class AskedRequests(Func<LoopGroup> loops, MergeDesk merges, TimeProvider clock) : IDisposable
{
    private readonly AskedSignals _signals = new(clock);

    /// <summary>The answer, or why there is none.</summary>
    public async Task<ReadOnlyMemory<byte>> AskAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        try
        {
            using var span = TracedRequest.Begin(ref request);
            if (request.IsEmpty)
                throw new InvalidDataException("it is empty");
            var answer = Answers.Of(await RunAsync((RequestKind)request.Span[0], request[1..], cancellationToken).ConfigureAwait(false));
            return answer.Length <= Limits.PeerMessageBytes
                ? answer
                : Answers.Of(new PartitionUnavailableException($"The answer of {answer.Length:N0} bytes is too long for another node."));
        }
        catch (GrainException failure)
        {
            return Answers.Of(failure);
        }
        catch (Exception damaged) when (Answers.IsDamage(damaged))
        {
            // A node of another version may say what this one does not know: it must not lose all else that it asks.
            return Answers.Of(new PartitionUnavailableException($"Another node cannot read what it was asked: {damaged.Message}"));
        }
    }

    public void Dispose() => _signals.Dispose();

    private Task<IMessage> RunAsync(RequestKind kind, ReadOnlyMemory<byte> fields, CancellationToken cancellationToken) => kind switch
    {
        RequestKind.RecordSignals => _signals.RunAsync(fields, loops(), cancellationToken),
        RequestKind.AppendEntries => AskedEntries.RunAsync(EntriesRequest.Parser.ParseFrom(fields.Span), loops()),
        RequestKind.RankGrains => AskedRankings.RunAsync(RankRequest.Parser.ParseFrom(fields.Span), loops(), cancellationToken),
        RequestKind.MergeContacts => AskedMerges.MergeAsync(MergeRequest.Parser.ParseFrom(fields.Span), merges, cancellationToken),
        RequestKind.EraseContact => AskedMerges.EraseAsync(EraseRequest.Parser.ParseFrom(fields.Span), merges, cancellationToken),
        RequestKind.FindMerges => AskedMerges.FindAsync(StartedMergesRequest.Parser.ParseFrom(fields.Span), loops(), cancellationToken),
        RequestKind.ReportMerges => Task.FromResult(AskedMerges.TakeUp(ReportMergesRequest.Parser.ParseFrom(fields.Span), loops(), merges)),
        RequestKind.Deliver => AskedRollups.DeliverAsync(DeliveryRequest.Parser.ParseFrom(fields.Span), loops()),
        RequestKind.Subscribe => AskedRollups.SubscribeAsync(SubscriptionRequest.Parser.ParseFrom(fields.Span), loops()),
        RequestKind.Share => AskedRollups.ShareAsync(SharesRequest.Parser.ParseFrom(fields.Span), loops()),
        RequestKind.StateNames => AskedNames.StateAsync(StatementsRequest.Parser.ParseFrom(fields.Span), loops()),
        RequestKind.SeekAccounts => AskedNames.AnswerAsync(QuestionsRequest.Parser.ParseFrom(fields.Span), loops()),
        RequestKind.FollowName => Task.FromResult(AskedNames.Follow(FollowNameRequest.Parser.ParseFrom(fields.Span), loops())),
        RequestKind.FollowClaim => Task.FromResult(AskedNames.Follow(FollowClaimRequest.Parser.ParseFrom(fields.Span), loops())),
        _ => new AskedReads(loops()).RunAsync(kind, fields, cancellationToken),
    };
}
