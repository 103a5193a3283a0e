using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.History;

/// <summary>Lists a contact's signals with what became of each, by replaying its history under the active model.</summary>
internal sealed class ContactSignals(NodeContext node, HistoryEnds ends)
{
    /// <summary>A page, newest first; null where the contact is not known.</summary>
    /// <exception cref="Ranking.PageTokenException">The token is not one of this contact's.</exception>
    /// <exception cref="HistoryTooLongException">The contact has too many entries.</exception>
    public Task<SignalsPage?> ListAsync(GrainKey key, int pageSize, string pageToken, CancellationToken cancellationToken) =>
        node.ContactReplays.RunAsync(
            async () =>
            {
                // Redirects never lead in a circle, so this ends.
                while (true)
                {
                    var end = await ends.FindAsync(key, cancellationToken).ConfigureAwait(false);
                    if (end.LastSequence == 0)
                        return null;
                    if (OnwardOf(end, cancellationToken) is not { } into)
                        return List(end, pageSize, pageToken, cancellationToken);
                    key = key with { Id = into };
                }
            },
            cancellationToken);

    // Nothing but the end of its merge follows the entry that makes a contact a redirect.
    private string? OnwardOf(HistoryEnd end, CancellationToken cancellationToken) =>
        node.History.NewestFirst(end.Partition, end.LastSequence, cancellationToken)
            .Take(2)
            .Select(entry => entry.View.Parse().MergeStarted)
            .FirstOrDefault(started => started is not null)?.IntoContactId;

    private SignalsPage List(HistoryEnd end, int pageSize, string pageToken, CancellationToken cancellationToken)
    {
        var id = KeyHash.Of(end.Key);
        var token = pageToken.Length == 0
            ? new SignalPageToken(id, end.LastSequence, SignalPosition.End)
            : SignalPageToken.Read(pageToken, id);
        var listing = new SignalListing(token.Before, pageSize);
        // From the end that is there, not from the token's: a token that somebody made up must not lead elsewhere.
        var entries = node.History.OldestFirst(end.Partition, end.LastSequence, cancellationToken)
            .TakeWhile(entry => entry.View.Sequence <= token.End);
        var model = node.ModelOf(end.Key.Workspace);
        var contact = new ContactGrain(slot: 0) { Listing = listing };
        GrainReplay.OfContact(
            contact,
            entries.Select(entry =>
            {
                listing.Enter(entry.View.Sequence);
                return entry;
            }),
            model, Instant.Max);
        var next = listing.HasOlder ? new SignalPageToken(id, token.End, listing.Oldest).Write() : "";
        return new SignalsPage(listing.Page(model, contact.Intent), next);
    }
}
