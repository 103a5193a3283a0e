using System.Buffers;
using Google.Protobuf;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Ingest;
using LeadGrains.Grains;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Gateway.Collect;

/// <summary>
/// Has the grains take what a request tells: its signals, then its accounts, then its contacts with what is to be merged into
/// them. Done again, all of it changes nothing: signals have ids, upserts dates, and merges are for good.
/// </summary>
internal sealed class CollectionSender(GrainClient grains, BatchRecorder recorder, KnownPeople people, RefusedMessages refused, GatewayMeters meters)
{
    public async Task SendAsync(Collection collection, CallScope call)
    {
        if (collection.Accounts.Count + collection.Contacts.Count is > 0 and var upserts)
            call.Caller.Allowance?.CountSignals(upserts);
        await SendSignalsAsync(collection, call);
        foreach (var items in collection.Accounts.Chunk(Limits.UpsertsPerRequest))
            Take(collection, (await grains.UpsertAccountsAsync(call.Workspace, items, AckLevel.Recorded, call.Ended)).Rejections);
        AddPeople(collection, call.Workspace);
        var twice = new List<Rejection>();
        foreach (var items in Rounds(collection.Contacts, twice))
            await SendContactsAsync(collection, items, call);
        Take(collection, twice);
        if (collection.Refusals.Count > 0)
            refused.Add(call.Workspace, collection.Refusals);
    }

    private async Task SendSignalsAsync(Collection collection, CallScope call)
    {
        if (collection.Signals.Signals.Count == 0)
            return;
        using var batch = SignalBatch.Read(new ReadOnlySequence<byte>(collection.Signals.ToByteArray()), SignalMessage.RecordRequest);
        var recorded = await recorder.RecordAsync(batch, call);
        foreach (var rejection in recorded.Rejections)
            collection.Refuse(FaultOf(rejection), collection.MessageOf(rejection.Index));
    }

    private async Task SendContactsAsync(Collection collection, ContactUpsert[] items, CallScope call)
    {
        // Whoever reads a page has its key.
        if (call.Caller.IsPublic)
            items = Array.ConvertAll(items, item => item with { OnlyAdds = true });
        var outcome = await grains.UpsertContactsAsync(call.Workspace, items, AckLevel.Recorded, call.Ended);
        Take(collection, outcome.Rejections);
        foreach (var item in items.Where(item => item.Identified))
            people.Add(call.Workspace, item.Id);
    }

    // Whom a signal names as a user is a person, even where nothing else is ever told of them.
    private void AddPeople(Collection collection, string workspace)
    {
        var told = collection.Contacts.Where(item => item.Identified).Select(item => item.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var id in collection.People.Where(id => !told.Contains(id) && !people.Contains(workspace, id)))
            collection.Contacts.Add(new ContactUpsert(collection.Message, id, null, null, []) { Identified = true });
    }

    // Merges of one call run side by side, and who is a person must be known before any id of theirs is merged.
    private static IEnumerable<ContactUpsert[]> Rounds(IReadOnlyList<ContactUpsert> contacts, List<Rejection> refused)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        return contacts.Where(item => item.Aliases.Count == 0).Chunk(Limits.UpsertsPerRequest)
            .Concat(contacts.Where(item => item.Aliases.Count > 0).Select(item => LedOnce(item, owners, refused)).Chunk(Limits.UpsertsPerRequest));
    }

    // Where a request leads one id to several contacts, the first is to have it; and to lead it there once is enough.
    private static ContactUpsert LedOnce(ContactUpsert item, Dictionary<string, string> owners, List<Rejection> refused)
    {
        if (item.Aliases.Any(alias => owners.TryGetValue(alias, out var owner) && owner != item.Id))
        {
            refused.Add(new Rejection(
                item.Index, RejectionReason.InvalidValue, "aliases",
                "aliases cannot be merged: another message of the same request leads there first. All else of this item was recorded."));
        }

        return item with { Aliases = [.. item.Aliases.Where(alias => owners.TryAdd(alias, item.Id))] };
    }

    private void Take(Collection collection, IReadOnlyList<Rejection> rejections)
    {
        meters.Rejected(rejections);
        foreach (var rejection in rejections)
            collection.Refuse(FaultOf(rejection), rejection.Index);
    }

    private static ItemFault FaultOf(Rejection rejection) => new(rejection.Reason, rejection.Field, rejection.Message);
}
