using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Remote;

/// <summary>Reads grains for other nodes. Where one of them is not driven here, nothing is answered: reading again costs little.</summary>
internal sealed class AskedReads(IPartitionRouter loops)
{
    public Task<IMessage> RunAsync(RequestKind kind, ReadOnlyMemory<byte> fields, CancellationToken cancellationToken) => kind switch
    {
        RequestKind.ReadContacts => ReadAsync(ContactsRequest.Parser.ParseFrom(fields.Span), cancellationToken),
        RequestKind.ReadAccounts => ReadAsync(AccountsRequest.Parser.ParseFrom(fields.Span), cancellationToken),
        RequestKind.ScoreContacts => ScoreAsync(ScoresRequest.Parser.ParseFrom(fields.Span), cancellationToken),
        RequestKind.FindContacts => FindAsync(KeysRequest.Parser.ParseFrom(fields.Span), cancellationToken),
        RequestKind.ReadClaims => ReadClaimsAsync(KeysRequest.Parser.ParseFrom(fields.Span), cancellationToken),
        RequestKind.ListGrains => ListAsync(ListRequest.Parser.ParseFrom(fields.Span), cancellationToken),
        RequestKind.FindHistories => FindHistoriesAsync(KeysRequest.Parser.ParseFrom(fields.Span), cancellationToken),
        _ => throw new InvalidDataException($"Another node asks for {kind}, which this version does not know."),
    };

    private async Task<IMessage> ReadAsync(ContactsRequest request, CancellationToken cancellationToken)
    {
        Instant? at = request.HasAtTicks ? new Instant(request.AtTicks) : null;
        var found = await AskAsync<ReadContact>(
            request.Keys, keys => new ReadContacts(keys, at, request.Explain, request.IsPast), cancellationToken).ConfigureAwait(false);
        return new ContactsAnswer { Contacts = { found.Select(ContactWire.Of) } };
    }

    private async Task<IMessage> ReadAsync(AccountsRequest request, CancellationToken cancellationToken)
    {
        Instant? at = request.HasAtTicks ? new Instant(request.AtTicks) : null;
        var found = await AskAsync<AccountAnswer?>(
            request.Keys, keys => new ReadAccounts(keys, at, request.Contributors, request.Explain), cancellationToken).ConfigureAwait(false);
        return new AccountsAnswer { Accounts = { found.Select(AccountWire.Of) } };
    }

    private async Task<IMessage> ScoreAsync(ScoresRequest request, CancellationToken cancellationToken)
    {
        var scored = await AskAsync<AccountContactView?>(
            request.Keys, keys => new ScoreContacts(keys, new Instant(request.AtTicks)), cancellationToken).ConfigureAwait(false);
        return new ScoresAnswer { Contacts = { scored.Select(FoundWire.Of) } };
    }

    private async Task<IMessage> FindAsync(KeysRequest request, CancellationToken cancellationToken)
    {
        var found = await AskAsync<FoundContact>(request.Keys, keys => new FindContacts(keys), cancellationToken).ConfigureAwait(false);
        return new LeadsAnswer { Contacts = { found.Select(FoundWire.Of) } };
    }

    private async Task<IMessage> ReadClaimsAsync(KeysRequest request, CancellationToken cancellationToken)
    {
        var claims = await AskAsync<AccountClaim>(request.Keys, keys => new ReadClaims(keys), cancellationToken).ConfigureAwait(false);
        return new ClaimsAnswer { Accounts = { claims.Select(FoundWire.Of) } };
    }

    private async Task<IMessage> FindHistoriesAsync(KeysRequest request, CancellationToken cancellationToken)
    {
        var ends = await AskAsync<Requests.HistoryEnd>(request.Keys, keys => new FindHistories(keys), cancellationToken).ConfigureAwait(false);
        return new HistoriesAnswer { Grains = { ends.Select(FoundWire.Of) } };
    }

    private async Task<IMessage> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        if (request.Partition >= loops.PartitionCount || request.Limit is 0 or > ListGrains.LimitMax)
            throw new InvalidDataException("Another node asks for a list that no partition has.");
        var list = new ListGrains(
            KeyWire.FromName(request.Workspace), (GrainKind)request.Kind, (int)request.Partition, request.AfterHash, request.AfterId, (int)request.Limit);
        if (!loops.TrySend(loops.LaneOf((int)request.Partition), list))
            throw new OverloadedException();
        return new ListAnswer { Ids = { await list.DoneAsync(cancellationToken).ConfigureAwait(false) } };
    }

    private async Task<TAnswer[]> AskAsync<TAnswer>(
        IEnumerable<Key> keys, Func<IReadOnlyList<GrainKey>, KeyedRequest<TAnswer>> make, CancellationToken cancellationToken)
    {
        var question = new KeyedQuestion<TAnswer>(loops, [.. keys.Select(KeyWire.From)], make);
        return await question.AskAsync(only: null, cancellationToken).ConfigureAwait(false) is null
            ? question.Answers
            : throw new PartitionMovedException();
    }
}
