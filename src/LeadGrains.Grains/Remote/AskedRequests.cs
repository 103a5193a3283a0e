using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Remote;

/// <summary>Does what other nodes ask, on the loops of this one: split there once more, by what splits it for callers.</summary>
/// <param name="loops">The loops of now.</param>
/// <param name="clock">The node's.</param>
internal sealed class AskedRequests(Func<LoopGroup> loops, TimeProvider clock) : IDisposable
{
    private readonly AskedSignals _signals = new(clock);

    /// <summary>The answer, or why there is none; only damaged requests throw.</summary>
    /// <exception cref="InvalidDataException">It is no request.</exception>
    public async Task<ReadOnlyMemory<byte>> AskAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        try
        {
            if (request.IsEmpty)
                throw new InvalidDataException("An empty request came from another node.");
            return Answers.Of(await RunAsync((RequestKind)request.Span[0], request[1..], cancellationToken).ConfigureAwait(false));
        }
        catch (GrainException failure)
        {
            return Answers.Of(failure);
        }
    }

    public void Dispose() => _signals.Dispose();

    private Task<IMessage> RunAsync(RequestKind kind, ReadOnlyMemory<byte> fields, CancellationToken cancellationToken) => kind switch
    {
        RequestKind.RecordSignals => _signals.RunAsync(fields, loops(), cancellationToken),
        RequestKind.AppendEntries => AskedEntries.RunAsync(EntriesRequest.Parser.ParseFrom(fields.Span), loops()),
        RequestKind.ReadContacts => ReadAsync(ContactsRequest.Parser.ParseFrom(fields.Span), cancellationToken),
        _ => throw new InvalidDataException($"Another node asks for {kind}, which this version does not know."),
    };

    private async Task<IMessage> ReadAsync(ContactsRequest request, CancellationToken cancellationToken)
    {
        Instant? at = request.HasAtTicks ? new Instant(request.AtTicks) : null;
        var found = await AskAsync<ReadContact>(
            request.Keys, keys => new ReadContacts(keys, at, request.Explain, request.IsPast), cancellationToken).ConfigureAwait(false);
        return new ContactsAnswer { Contacts = { found.Select(ContactWire.Of) } };
    }

    private async Task<TAnswer[]> AskAsync<TAnswer>(
        IEnumerable<Key> keys, Func<IReadOnlyList<GrainKey>, KeyedRequest<TAnswer>> make, CancellationToken cancellationToken)
    {
        var question = new KeyedQuestion<TAnswer>(loops(), [.. keys.Select(KeyWire.From)], make);
        return await question.AskAsync(only: null, cancellationToken).ConfigureAwait(false) is null
            ? question.Answers
            : throw new PartitionMovedException();
    }
}
