using System.Text;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.History;

/// <summary>Explains contacts as they were, by replaying their entries beside the partitions that own them.</summary>
internal sealed class PastContacts(NodeContext node, HistoryEnds ends, PastModels models)
{
    /// <summary>What had been received by then; null where the contact was not known. An id that led to another contact by then is answered with that one.</summary>
    /// <exception cref="HistoryTooLongException">It has too many entries.</exception>
    /// <exception cref="OverloadedException">Too many questions about the past wait.</exception>
    public async Task<ContactExplanationView?> ExplainAsync(
        GrainKey key, Instant at, ExplainedModel which, CancellationToken cancellationToken)
    {
        return await node.ContactReplays.RunAsync(
            async () =>
            {
                // Redirects never lead in a circle, so this ends.
                while (true)
                {
                    var end = await ends.FindAsync(key, cancellationToken).ConfigureAwait(false);
                    if (await models.ViewAsync(end, at, which, cancellationToken).ConfigureAwait(false) is not { } view
                        || Replay(end, view, cancellationToken) is not { } past)
                        return null;
                    if (!past.Grain.IsRedirect)
                        return Explain(end, past, view);
                    if (past.Grain.Identity!.IsErased)
                        return null;
                    key = key with { Id = past.Grain.Identity!.MergedInto };
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    private PastGrain<ContactGrain>? Replay(HistoryEnd end, Viewpoint view, CancellationToken cancellationToken) =>
        GrainReplay.OfContact(new ContactGrain(slot: 0), node.History.OldestFirst(end.Partition, end.LastSequence, cancellationToken), view.Model, view.At);

    private static ContactExplanationView Explain(HistoryEnd end, PastGrain<ContactGrain> past, Viewpoint view)
    {
        // With codes of its own: who only asks does not become a workspace of the node.
        var workspaces = new WorkspaceCodes();

        // Stated when they were stated then, and moved on by the clock as they were then: the same bits.
        var partition = new Partition(end.Partition, 0, workspaces, PartitionTables.Empty(view.Model, end.Partition, past.ScoredAt));
        partition.Contacts.Keys.FindOrAdd(KeyHash.Of(end.Key), workspaces.CodeOf(end.Key.Workspace), Encoding.UTF8.GetBytes(end.Key.Id), out _);
        partition.Admit(GrainKind.Contact, past.Grain.Slot);
        new ColumnWriter(view.Model.Columns.Length).Write(partition, past.Grain, GroupSet.All);
        partition.Contacts.Columns.AdvanceTo(view.At);
        var answer = ContactAnswer.Of(partition, past.Grain, view, explain: true);
        return new ContactExplanationView(answer.View, answer.Parts);
    }
}
