using LeadGrains.Grains.Partitions;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.History;

/// <summary>The stages that a contact held, from its history.</summary>
internal sealed class ContactStages(NodeContext node, ContactResolver resolver, HistoryEnds ends)
{
    /// <summary>Its changes of stage, oldest first, announced or not; none where it is not known.</summary>
    /// <exception cref="HistoryTooLongException">It has too many entries.</exception>
    /// <exception cref="OverloadedException">Too many questions about the past wait.</exception>
    public Task<IReadOnlyList<StageStep>> ListAsync(string workspace, string id, CancellationToken cancellationToken) =>
        node.ContactReplays.RunAsync<IReadOnlyList<StageStep>>(
            async () =>
            {
                var found = (await resolver.ResolveAsync(workspace, [id]).ConfigureAwait(false))[id];
                var end = await ends.FindAsync(new GrainKey(workspace, GrainKind.Contact, found.Id), cancellationToken).ConfigureAwait(false);
                return [.. node.History.OldestFirst(end.Partition, end.LastSequence, cancellationToken)
                    .Where(entry => entry.View.BodyCase == Entry.BodyOneofCase.StageChanged)
                    .Select(entry => entry.View.Parse().StageChanged)
                    .Select(change => new StageStep(change.FromStage, change.ToStage, new Instant(change.AtTicks), change.Reason, change.Cause))];
            },
            cancellationToken);
}
